#!/usr/bin/env python3
"""Counts the parameters of transformers models of random sizes, for tests/engine/spec/parameter_count_test.cpp.

  record_parameter_counts.py > tests/data/transformers/parameter_counts.tsv

Needs torch and transformers (PyPI). Only to record anew: the build never runs it.
"""
import json
import random

import transformers

from reference_models import parameter_count

SETTINGS_PER_FAMILY = 25
HEADS = {"llama": "causal_lm", "mistral": "causal_lm", "qwen2": "causal_lm", "qwen3": "causal_lm", "gpt2": "causal_lm",
         "bert": "masked_lm", "roberta": "masked_lm"}


def random_keys(model_type, choose):
    heads = choose.choice([1, 2, 3, 4, 6, 8, 12])
    hidden = heads * 2 * choose.randint(2, 40)
    keys = {"model_type": model_type, "vocab_size": choose.randint(5, 60000)}
    if model_type == "gpt2":
        keys.update(n_embd=hidden, n_head=heads, n_layer=choose.randint(1, 9), n_positions=choose.randint(1, 3000),
                    tie_word_embeddings=choose.random() < 0.6)
        if choose.random() < 0.5:
            keys["n_inner"] = choose.randint(1, 999)
        return keys
    keys.update(hidden_size=hidden, num_attention_heads=heads, num_hidden_layers=choose.randint(1, 9),
                intermediate_size=choose.randint(1, 2000), max_position_embeddings=choose.randint(8, 5000),
                tie_word_embeddings=choose.random() < 0.5)
    if model_type in ("bert", "roberta"):
        keys.update(type_vocab_size=choose.randint(1, 5), num_labels=choose.randint(2, 9))
        keys["pad_token_id"] = choose.randint(0, 4)
        return keys
    keys["num_key_value_heads"] = choose.choice([n for n in range(1, heads + 1) if heads % n == 0])
    if choose.random() < 0.5:
        keys["head_dim"] = 2 * choose.randint(1, 80)
    for bias in ("attention_bias", "mlp_bias"):
        if choose.random() < 0.5:
            keys[bias] = True
    return keys


def main():
    choose = random.Random(5)
    print(f"# number of parameters, tied tensors once, counted with transformers {transformers.__version__} on the meta device")
    print("head\tparameters\tconfig")
    for model_type, head in HEADS.items():
        for index in range(SETTINGS_PER_FAMILY):
            keys = random_keys(model_type, choose)
            own_head = "sequence_classification" if model_type in ("bert", "roberta") and index % 3 == 0 else head
            print(own_head, parameter_count(keys, own_head), json.dumps(keys), sep="\t")


if __name__ == "__main__":
    main()
