"""Models and sizes: of a run on a GPU, and of the dry run, which does the same with small ones."""
from dataclasses import dataclass

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True)
class Model:
    name: str   # the config is written to <name>.json in the output folder
    keys: dict  # of config.json


def llama(name, hidden, intermediate, layers, heads, key_heads, vocabulary, **more):
    return Model(name, {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": hidden, "intermediate_size": intermediate,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": key_heads, "vocab_size": vocabulary,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "hidden_act": "silu", "rope_theta": 500000.0,
        "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True, "initializer_range": 0.02, **more})


def gpt2(name, hidden, layers, heads, vocabulary, positions, dropout=0.0):
    return Model(name, {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": hidden, "n_layer": layers, "n_head": heads,
        "n_positions": positions, "n_ctx": positions, "vocab_size": vocabulary, "activation_function": "gelu_new",
        "attn_pdrop": dropout, "embd_pdrop": dropout, "resid_pdrop": dropout, "layer_norm_epsilon": 1e-5, "initializer_range": 0.02})


@dataclass(frozen=True)
class Scale:
    dry: bool
    budget_s: float        # of everything
    check_limit_s: float   # no check may take longer, whatever the table says
    small_llama: Model     # correctness
    small_gpt2: Model      # drops where --dropout says so
    few_words: Model       # its layers, not its head, are what needs memory; drops as well
    gpt2: Model            # gpt2 small
    big: Model             # 1B class
    small_batch: int
    small_sequence: int
    gpt2_batch: int
    gpt2_sequence: int
    big_batches: tuple     # the last one for attribution
    big_sequence: int
    processes: int         # of the check of reproducibility
    quick_samples: int     # where times are not the question
    samples: int           # where they are
    quick_limit_s: float   # seconds of timed steps of a point where times are not the question
    point_limit_s: float   # where they are
    silence_s: float       # a worker that says nothing for so long hangs
    oom_batch: int         # expected not to fit under the cap
    oom_margin_bytes: int  # of the cap beyond what a small batch takes
    phases_batch: int      # of few_words, whose caps are put between its state and its peak
    phases_sequence: int
    region_layers: int
    peer_steps: int
    benchmark_rounds: int  # of pairs of steps with and without marks

    def small_sizes(self):
        """Flags for the small models."""
        return ["--batch", self.small_batch, "--sequence", self.small_sequence]

    def models(self):
        return [self.small_llama, self.small_gpt2, self.few_words, self.gpt2, self.big]


GPU = Scale(
    dry=False, budget_s=570.0, check_limit_s=600.0,
    small_llama=llama("llama-small", 512, 1408, 4, 8, 4, 8192), small_gpt2=gpt2("gpt2-like-small", 512, 4, 8, 8192, 1024, 0.1),
    few_words=gpt2("gpt2-like-few-words", 512, 4, 8, 512, 1024, 0.1),
    gpt2=gpt2("gpt2", 768, 12, 12, 50257, 1024),
    big=llama("llama-1b", 2048, 8192, 16, 32, 8, 128256, head_dim=64),
    small_batch=2, small_sequence=256, gpt2_batch=8, gpt2_sequence=512, big_batches=(1, 4, 8), big_sequence=512,
    processes=5, quick_samples=1, samples=50, quick_limit_s=2.0, point_limit_s=15.0, silence_s=15.0,
    oom_batch=64, oom_margin_bytes=3 * GIB // 2, phases_batch=16, phases_sequence=512, region_layers=16, peer_steps=30, benchmark_rounds=15)

DRY = Scale(
    dry=True, budget_s=85.0, check_limit_s=30.0,
    small_llama=llama("tiny-llama", 32, 64, 2, 4, 2, 64), small_gpt2=gpt2("tiny-gpt2-like", 32, 2, 2, 64, 64, 0.1),
    few_words=gpt2("tiny-gpt2-few-words", 32, 2, 2, 64, 64, 0.1),
    gpt2=gpt2("tiny-gpt2", 32, 2, 2, 64, 64), big=llama("tiny-llama-of-3-layers", 32, 64, 3, 4, 2, 64),
    small_batch=1, small_sequence=8, gpt2_batch=1, gpt2_sequence=16, big_batches=(1, 2, 3), big_sequence=8,
    processes=5, quick_samples=1, samples=8, quick_limit_s=0.2, point_limit_s=0.3, silence_s=3.0,
    oom_batch=64, oom_margin_bytes=2 * MIB, phases_batch=16, phases_sequence=32, region_layers=4, peer_steps=2, benchmark_rounds=1)
