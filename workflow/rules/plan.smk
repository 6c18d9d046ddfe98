# Write the analysis plan down before the first search, so that nobody can say later that it was always so.
#
# requires: the resolved configuration
# provides: results/plan.jsonl, one line per plan; a changed plan is added and reruns no search by itself


rule plan:
    input:
        lib=ancient(lib("plan")),
    output:
        update("results/plan.jsonl"),
    log:
        "results/logs/plan/plan.log",
    benchmark:
        "results/benchmarks/plan/plan.tsv"
    conda:
        "../../envs/plan.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        plan=PLAN,
    script:
        "../scripts/plan.py"
