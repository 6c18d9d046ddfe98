"""What keys must agree on; test_resolution.py goes through the mistakes one by one."""

import pytest
from small import resolved

from tentips.errors import StudyError
from tentips.study import config_rules


def test_a_sound_configuration_passes_every_rule():
    config = resolved()
    assert [list(rule(config)) for rule in config_rules.RULES] == [[] for _ in config_rules.RULES]


def test_the_first_mistake_is_told_with_its_place():
    config = resolved()
    config["tuning"] |= {"shards": 9, "trials": 3}
    config["split"] |= {"strategy": "group"}
    with pytest.raises(StudyError, match=r"^my\.yaml: tuning\.shards is 9, but there are only 3 trials to share"):
        config_rules.check_agreement(config, "my.yaml")
    config["tuning"]["shards"] = 1
    with pytest.raises(StudyError, match=r"^my\.yaml: split\.strategy is 'group' but data\.group is not declared"):
        config_rules.check_agreement(config, "my.yaml")


def test_minutes_of_one_machine_are_not_divided_among_jobs_of_a_cluster():
    config = resolved()
    config["tuning"]["shards"], config["compute"]["minutes"] = 2, 10
    with pytest.raises(StudyError, match=r"compute\.minutes divides the time of one machine .* set one of the two"):
        config_rules.check_agreement(config, "my.yaml")


def test_each_rule_of_the_module_is_in_the_table():
    rules = {value for name, value in vars(config_rules).items() if name.startswith("_") and callable(value)}
    assert rules == set(config_rules.RULES)
