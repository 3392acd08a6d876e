"""A training step of GPT-2 by transformers, or by plain PyTorch where that is all there is. Run by gpu-check as a child.

  peer.py --probe                                    names what can be imported: torch, transformers
  peer.py CONFIG DEVICE BATCH SEQUENCE STEPS         prints one JSON line: step times and peaks of all cases

The step is forward, loss, backward: no optimizer, no dropout, fresh gradients, SDPA. Peaks are bytes of the caching
allocator beyond what was there before the step; single_thread: with backward on the calling thread, as rematscope does it.
Each case tells what it was computed with, so that only like is compared with like: see settings_of().
"""
import json
import math
import os
import statistics
import sys
import time
import warnings

POLICIES = ("store_all", "full")


def probe():
    for name in ("torch", "transformers"):
        try:
            __import__(name)
            print(name)
        except Exception:  # half an installation is none
            pass


def make_plain_gpt2(keys):
    """The ops of GPT2LMHeadModel as transformers writes them."""
    import torch
    from torch.nn import functional

    hidden, heads = keys["n_embd"], keys["n_head"]

    class Conv1D(torch.nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.randn(inputs, outputs) * keys["initializer_range"])
            self.bias = torch.nn.Parameter(torch.zeros(outputs))

        def forward(self, x):
            return torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight).view(*x.shape[:-1], -1)

    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm_1, self.norm_2 = (torch.nn.LayerNorm(hidden, keys["layer_norm_epsilon"]) for _ in range(2))
            self.qkv, self.projection = Conv1D(hidden, 3 * hidden), Conv1D(hidden, hidden)
            self.up, self.down = Conv1D(hidden, 4 * hidden), Conv1D(4 * hidden, hidden)

        def forward(self, x):
            shape = (*x.shape[:-1], heads, -1)
            q, k, v = (part.view(shape).transpose(1, 2) for part in self.qkv(self.norm_1(x)).split(hidden, dim=2))
            out = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = self.projection(out.transpose(1, 2).contiguous().reshape(x.shape)) + x
            up = self.up(self.norm_2(x))
            gelu = 0.5 * up * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (up + 0.044715 * torch.pow(up, 3.0))))
            return x + self.down(gelu)

    class Gpt2(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = torch.nn.Embedding(keys["vocab_size"], hidden)
            self.positions = torch.nn.Embedding(keys["n_positions"], hidden)
            self.blocks = torch.nn.ModuleList(Block() for _ in range(keys["n_layer"]))
            self.norm = torch.nn.LayerNorm(hidden, keys["layer_norm_epsilon"])
            self.checkpointed = False

        def forward(self, ids):
            from torch.utils.checkpoint import checkpoint
            x = self.tokens(ids) + self.positions(torch.arange(ids.size(1), device=ids.device).unsqueeze(0))
            for block in self.blocks:
                x = checkpoint(block, x, use_reentrant=False) if self.checkpointed else block(x)
            logits = functional.linear(self.norm(x), self.tokens.weight).float()
            labels = functional.pad(ids, (0, 1), value=-100)[..., 1:].contiguous()
            return functional.cross_entropy(logits.view(-1, logits.size(-1)), labels.view(-1), ignore_index=-100)

    return Gpt2()


def make_step(keys, device):
    """Returns (name of the library, model, loss(ids), checkpoint(on))."""
    import torch
    try:
        import transformers
    except Exception:
        model = make_plain_gpt2(keys).to(device).train()
        return f"plain torch {torch.__version__}", model, model, lambda on: setattr(model, "checkpointed", on)
    transformers.logging.set_verbosity_error()
    config = transformers.AutoConfig.for_model(**keys)
    config.use_cache = False
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa").to(device=device, dtype=torch.float32)
    model.train()

    def set_checkpointing(on):
        if on:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        else:
            model.gradient_checkpointing_disable()

    name = f"transformers {transformers.__version__}, torch {torch.__version__}"
    return name, model, lambda ids: model(input_ids=ids, labels=ids).loss, set_checkpointing


ATTENTION = (("cudnn_attention", "cudnn"), ("efficient_attention", "efficient"), ("flash_attention", "flash"))
PRODUCTS = ("aten::addmm", "aten::mm", "aten::bmm")


def watch_ops():
    """A context that notes which ops run within, each with the dtype of its last tensor: weights, values."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watch(TorchDispatchMode):
        def __init__(self):
            super().__init__()
            self.seen = []

        def __torch_dispatch__(self, op, types, args=(), kwargs=None):
            tensors = [value for value in args if isinstance(value, torch.Tensor)]
            if tensors:
                self.seen.append((op.name().partition(".")[0], str(tensors[-1].dtype).removeprefix("torch.")))
            return op(*args, **(kwargs or {}))

    return Watch()


def flags_of_torch():
    """What torch was told about products."""
    import torch
    return {"tf32": bool(torch.backends.cuda.matmul.allow_tf32), "float32_products": torch.get_float32_matmul_precision(),
            "bf16_reduced_sums": bool(torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction),
            "deterministic": torch.are_deterministic_algorithms_enabled()}


def settings_of(seen, flags):
    """What a forward was computed with, from the ops that were seen in it; several dtypes or kernels are all named."""
    kernels = {(kernel, dtype) for name, dtype in seen for part, kernel in ATTENTION if part in name and "backward" not in name}
    return {"attention": "+".join(sorted({kernel for kernel, _ in kernels})) or "math",  # which is written out in products
            "attention_dtype": "+".join(sorted({dtype for _, dtype in kernels})) or None,
            "product_dtype": "+".join(sorted({dtype for name, dtype in seen if name in PRODUCTS})), **flags}


def measure(model, loss_of, ids, mixed, steps):
    import torch
    on_gpu = ids.is_cuda
    synchronize = torch.cuda.synchronize if on_gpu else (lambda: None)

    def forward():
        with torch.autocast(ids.device.type, dtype=torch.bfloat16, enabled=mixed):
            return loss_of(ids)

    def step():
        forward().backward()

    def timed():
        model.zero_grad(set_to_none=True)
        synchronize()
        if not on_gpu:
            start = time.perf_counter_ns()
            step()
            return time.perf_counter_ns() - start
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        step()
        end.record()
        end.synchronize()
        return int(begin.elapsed_time(end) * 1e6)

    def peak(threads):
        if not on_gpu:
            return None
        model.zero_grad(set_to_none=True)
        synchronize()
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        with torch.autograd.set_multithreading_enabled(threads):
            step()
        synchronize()
        return torch.cuda.max_memory_allocated() - before

    times = [timed() for _ in range(steps + 5)][5:]
    case = {"step_time_ns": int(statistics.median(times)), "samples": len(times), "peak_bytes": peak(True),
            "single_thread_peak_bytes": peak(False)}
    with watch_ops() as watch:  # last, since it slows a step down
        forward()
    return {**case, **settings_of(watch.seen, flags_of_torch())}


def main(config, device, batch, sequence, steps):
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    warnings.filterwarnings("ignore")
    import torch
    torch.manual_seed(0)
    with open(config, encoding="utf-8") as file:
        keys = json.load(file)
    library, model, loss_of, set_checkpointing = make_step(keys, device)
    ids = torch.randint(0, keys["vocab_size"], (int(batch), int(sequence)), device=device)
    cases = []
    for dtype in ("float32", "bf16_mixed"):
        for policy in POLICIES:
            set_checkpointing(policy == "full")
            cases.append({"dtype": dtype, "policy": policy, **measure(model, loss_of, ids, dtype == "bf16_mixed", int(steps))})
    print(json.dumps({"library": library, "cases": cases}))


if __name__ == "__main__":
    if sys.argv[1:] == ["--probe"]:
        probe()
    else:
        main(*sys.argv[1:])
