"""What packaging/gpu-check runs. Python 3.11, standard library only.

command.py   arguments and exit codes          runner.py    the checks one after the other, within the time that there is
checks/      the table of checks, and them     check.py     what a check is, and what it finds
workbench.py the programs as a check sees them child.py     a child process that cannot outstay its time
run_file.py  records that a sweep wrote        scale.py     models and sizes, of a GPU and of the dry run
peer.py      the step that others make         output_size.py, summary.py, machine.py   what is left behind
"""
