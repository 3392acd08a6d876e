"""Small configs of every family that the engine builds, and how to make their models: shared by the recorders beside."""
import json
import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
import torch
import transformers

transformers.logging.set_verbosity_error()

CLASSES = {
    "causal_lm": transformers.AutoModelForCausalLM,
    "masked_lm": transformers.AutoModelForMaskedLM,
    "sequence_classification": transformers.AutoModelForSequenceClassification,
}

_LLAMA = dict(vocab_size=61, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
              num_key_value_heads=2, max_position_embeddings=64, pad_token_id=3)
_GPT2 = dict(model_type="gpt2", vocab_size=61, n_embd=32, n_layer=2, n_head=4, n_positions=20)
_BERT = dict(vocab_size=61, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
             max_position_embeddings=20, pad_token_id=1)

# name -> (head, keys of the config)
MODELS = {
    "llama": ("causal_lm", dict(_LLAMA, model_type="llama")),
    "llama_tied_biased": ("causal_lm", dict(_LLAMA, model_type="llama", tie_word_embeddings=True, attention_bias=True,
                                            mlp_bias=True, num_key_value_heads=4)),
    "llama_wide_heads": ("causal_lm", dict(_LLAMA, model_type="llama", head_dim=12, num_key_value_heads=1)),
    "llama_rope_llama3": ("causal_lm", dict(_LLAMA, model_type="llama", rope_parameters=dict(
        rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=64))),
    "llama_rope_linear": ("causal_lm", dict(_LLAMA, model_type="llama", rope_parameters=dict(
        rope_type="linear", rope_theta=500.0, factor=2.5))),
    "mistral": ("causal_lm", dict(_LLAMA, model_type="mistral", sliding_window=None)),
    "mistral_windowed": ("causal_lm", dict(_LLAMA, model_type="mistral", sliding_window=5)),
    "qwen2": ("causal_lm", dict(_LLAMA, model_type="qwen2", tie_word_embeddings=True)),
    "qwen2_windowed": ("causal_lm", dict(_LLAMA, model_type="qwen2", use_sliding_window=True, sliding_window=5,
                                         max_window_layers=1)),
    "qwen3": ("causal_lm", dict(_LLAMA, model_type="qwen3", head_dim=16)),
    "gpt2": ("causal_lm", dict(_GPT2)),
    "gpt2_gelu_untied": ("causal_lm", dict(_GPT2, activation_function="gelu", tie_word_embeddings=False, n_inner=40)),
    "bert": ("masked_lm", dict(_BERT, model_type="bert")),
    "bert_untied": ("masked_lm", dict(_BERT, model_type="bert", tie_word_embeddings=False, hidden_act="relu")),
    "bert_classification": ("sequence_classification", dict(_BERT, model_type="bert", num_labels=3)),
    "roberta": ("masked_lm", dict(_BERT, model_type="roberta")),
    "roberta_classification": ("sequence_classification", dict(_BERT, model_type="roberta", num_labels=3)),
}


def make_config(keys):
    """The config of `keys` as transformers completes it, with dropout off."""
    config = transformers.AutoConfig.for_model(**json.loads(json.dumps(keys)))
    for name, value in list(vars(config).items()):
        if isinstance(value, float) and ("dropout" in name or name.endswith("pdrop")):
            setattr(config, name, 0.0)
    config.use_cache = False
    return config


def make_model(config, head, dtype=torch.float32):
    """Attention as transformers chooses by default (sdpa). The dtype goes in here, not through .to(), which would round
    the rotary frequencies as well."""
    model = CLASSES[head].from_config(config, attn_implementation="sdpa", dtype=dtype)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model.train()


def parameter_count(keys, head):
    """Elements of all parameters, tied ones once, without allocating them."""
    with torch.device("meta"):
        model = CLASSES[head].from_config(make_config(keys))
    return sum(parameter.numel() for parameter in model.parameters())
