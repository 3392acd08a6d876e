"""The table of checks, in the order in which they run."""
from ..check import Check
from .attribution import attribution
from .comparison import comparison
from .correctness import attention, correctness, missing_device
from .doctor import doctor
from .faults import faults
from .memory import out_of_memory, peak, timelines
from .offload import offload
from .oom_phases import oom_phases
from .timing import region_cost, six_policies, sweep_1b, timing

CHECKS = (
    Check("doctor", "Is there a device, and can what measures it be loaded?", "rematscope doctor",
          "driver, device, CUPTI and NVML are found", 30, 5, doctor),
    Check("missing_device", "Is a device that does not exist answered with a sentence?", "a sweep on cuda:99",
          "every point has failed with a reason that names the device", 30, 3, missing_device),
    Check("correctness", "Does every policy give the gradients of store_all?",
          "small llama and gpt2 models, all policies, float32 and bf16_mixed; five policies in tf32, bfloat16, fp16_mixed",
          "gradients are bit_equal, or within_tolerance where the point says why", 75, 8, correctness),
    Check("attention", "Does every attention kernel run, and which one is taken by itself?",
          "a small llama under automatic, flash, efficient, cudnn and math, bf16_mixed",
          "all complete with gradients as above; the kernel that is recorded is the one that ran", 50, 8, attention),
    Check("timelines", "Does the timeline of allocations agree with the allocator's own peak?",
          "a small llama with --timeline on; rematscope trace",
          "peak of the timeline and sum of the split are the allocator's peak of requested bytes; the trace opens", 30, 3, timelines),
    Check("peak", "Is a peak the same in every process?", "the same three points in five fresh processes",
          "0 bytes difference of peak_allocated_bytes", 50, 8, peak),
    Check("timing", "Is a step's time known to 1% in 15 s, and what does timing it cost?",
          "gpt2 under two policies, 50 samples or more; engine_benchmark --marks, where it is built",
          "half of the 95% interval of the median is at most 1%, and the clocks while steps ran are known; the steps of a point took at most "
          "15 s; a step that is timed takes at most 1.002 times as long as one in a bare loop", 65, 3, timing),
    Check("attribution", "Is every kernel's place known, and what does it cost to know it?",
          "1B-class model, largest batch, store_all and full, traced with CUPTI",
          "99% of kernel time attributed, in every phase; the traced step at most 3% longer; CUPTI buffers at most 64 MB", 60, 5,
          attribution),
    Check("offload", "What do copies to host memory cost, and what hides them?",
          "gpt2 under offload_input, offload_all, offload_selected, and synchronously",
          "bytes, speed of the link, hidden and exposed time are recorded; gradients as above; memory is pinned", 50, 5, offload),
    Check("out_of_memory", "Does a sweep go on after real out-of-memory points?",
          "gpt2 with --memory-cap, a batch that fits and one that does not, two dtypes",
          "the large points are out_of_memory; the points after them equal those without a cap; the device is as empty as before",
          60, 6, out_of_memory),
    Check("oom_phases", "Does a sweep go on after running out of memory in forward, in recompute, in backward?",
          "a model with few words and dropout under full, with caps between its state and its peak, each followed by a roomy one",
          "each roomy point equals one without a cap, on a device as empty as before; phases that were not hit are named", 75, 10,
          oom_phases),
    Check("faults", "Does a sweep go on after a device error that stays, without memory in the optimizer or while timing, after a hang?",
          "a small gpt2 with dropout under three policies, one of which fails as forced: an assertion in a kernel in the memory pass and while "
          "timing, an allocator that refuses in the optimizer and while timing, and a hang",
          "that point has its outcome and reason; the others equal those of a sweep without; the device is as empty as before",
          90, 12, faults),
    Check("six_policies", "Are six policies of GPT-2 small measured in a minute?", "one sweep, process starts included",
          "under 60 s", 61, 4, six_policies),
    Check("region_cost", "What does a replayed region cost the host?",
          "engine_benchmark --regions, where it is built: replays against the same ops in a plain forward, on the CPU; and a small "
          "model on the GPU: full has twice the regions of segment:2 and replays about the same ops",
          "the low quartile is at most 20 us by the benchmark; the estimate on the GPU is recorded, not judged", 40, 5, region_cost),
    Check("comparison", "Is a step as fast and as large as that of PyTorch eager?",
          "gpt2, store_all and full, against transformers or plain PyTorch, in turn in fresh processes",
          "both compute with the same attention kernel, dtypes and TF32; step time at most 1.00 of theirs, peak within 2%",
          70, 20, comparison),
    Check("sweep_1b", "Are twelve policies x three batch sizes of a 1B-class model measured in six minutes?",
          "one sweep; fewer samples where time is short", "36 points in under 360 s", 365, 240, sweep_1b),
)
