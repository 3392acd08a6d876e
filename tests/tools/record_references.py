#!/usr/bin/env python3
"""Records one training step of small transformers models on the CPU, for tests/engine/exec/transformers_test.cpp.

  record_references.py DIR [NAME...]     DIR: tests/data/transformers

Writes for each model of reference_models.py a folder with
  config.json                     as transformers writes it
  weights.safetensors             float16, so that half the size holds exact values: load them into float32
  inputs.safetensors              input_ids, labels (some are padding, their label is -100)
  gradients.safetensors           of a step in float32
  gradients_bf16_mixed.safetensors  under torch.autocast(bfloat16), for some models
  gradients_bfloat16.safetensors    with bfloat16 parameters, for some models
  reference.json                  losses, sizes, peak and retained bytes, versions

peak_bytes and retained_bytes (between forward and backward) count what was not alive before the step: gradients are
inside, parameters and inputs outside. full_...: the same under gradient_checkpointing_enable(). One thread.
Needs torch, transformers and safetensors (PyPI). Only to record anew: the build never runs it.
"""
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
import torch
import transformers
from safetensors.torch import save_file

from reference_models import MODELS, make_config, make_model

BATCH_SIZE = 2
SEQUENCE_LENGTH = 12
SEED = 20
LOW_PRECISION = ["llama_tied_biased", "mistral_windowed", "qwen3", "gpt2", "bert", "roberta_classification"]


def make_weights(model, generator):
    """Nothing trivial: a swapped norm or a forgotten bias must show. Values that float16 can hold."""
    weights = {}
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        norm = "norm" in name.lower() or ".ln_" in name
        value = noise * (0.2 if norm or name.endswith("bias") else 0.15) + (1.0 if norm and name.endswith("weight") else 0.0)
        weights[name] = value.half()
    return weights


def make_inputs(config, head, generator):
    ids = torch.randint(0, config.vocab_size, (BATCH_SIZE, SEQUENCE_LENGTH), generator=generator)
    padding = config.pad_token_id if config.pad_token_id is not None else 0
    ids[0, -2:] = padding  # padded at the end, and somewhere inside
    ids[1, 3] = padding
    if head == "sequence_classification":
        return {"input_ids": ids, "labels": torch.randint(0, config.num_labels, (BATCH_SIZE,), generator=generator)}
    labels = ids.clone()
    if head == "masked_lm":
        labels = torch.randint(0, config.vocab_size, ids.shape, generator=generator)
    labels[ids == padding] = -100
    return {"input_ids": ids, "labels": labels}


def load(model, weights):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights[name])
    return model


def run(model, inputs, autocast=False):
    """Loss and gradients of one step."""
    model.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        loss = model(**inputs).loss
    loss.backward()
    gradients = {name: p.grad.detach().clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad(set_to_none=True)
    return loss.item(), gradients


def measure(model, inputs):
    """Peak and retained bytes of one step, from every allocation that the profiler saw."""
    forward_end = []
    import time
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        loss = model(**inputs).loss
        forward_end.append(time.time_ns())
        loss.backward()
    events = sorted((event.start_ns(), event.nbytes()) for event in profile.profiler.kineto_results.events()
                    if event.name() == "[memory]")
    model.zero_grad(set_to_none=True)
    live = peak = 0
    retained = None
    for when, delta in events:
        if retained is None and when >= forward_end[0]:
            retained = live
        live += delta
        peak = max(peak, live)
    return peak, retained


def record(name, folder):
    head, keys = MODELS[name]
    generator = torch.Generator().manual_seed(SEED)
    config = make_config(keys)
    model = make_model(config, head)
    weights = make_weights(model, generator)
    inputs = make_inputs(config, head, generator)
    load(model, weights)
    os.makedirs(folder, exist_ok=True)
    loss, gradients = run(model, inputs)
    save_file(weights, os.path.join(folder, "weights.safetensors"))
    save_file(inputs, os.path.join(folder, "inputs.safetensors"))
    save_file(gradients, os.path.join(folder, "gradients.safetensors"))
    peak, retained = measure(model, inputs)
    result = {"class": type(model).__name__, "head": head, "batch_size": BATCH_SIZE, "sequence_length": SEQUENCE_LENGTH,
              "loss": loss, "peak_bytes": peak, "retained_bytes": retained}
    if name in LOW_PRECISION:
        result["bf16_mixed_loss"], gradients = run(model, inputs, autocast=True)
        save_file(gradients, os.path.join(folder, "gradients_bf16_mixed.safetensors"))
        low = load(make_model(config, head, torch.bfloat16), weights)
        result["bfloat16_loss"], gradients = run(low, inputs)
        save_file(gradients, os.path.join(folder, "gradients_bfloat16.safetensors"))
    model.gradient_checkpointing_enable()
    result["full_peak_bytes"], result["full_retained_bytes"] = measure(model, inputs)
    result.update({"parameter_count": sum(p.numel() for p in model.parameters()),
                   "without_gradient": sorted(set(weights) - set(run(model, inputs)[1])),
                   "attention": "sdpa", "gradients": "fresh", "threads": torch.get_num_threads(),
                   "torch": torch.__version__, "transformers": transformers.__version__})
    with open(os.path.join(folder, "reference.json"), "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    config.architectures = [type(model).__name__]
    with open(os.path.join(folder, "config.json"), "w") as file:
        file.write(config.to_json_string(use_diff=True))
    print(f"{name}: loss {loss:.6f}, peak {peak}, retained {retained}")


def main():
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    for name in sys.argv[2:] or MODELS:
        record(name, os.path.join(sys.argv[1], name))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
