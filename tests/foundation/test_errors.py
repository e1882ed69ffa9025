"""Faults carry a stable code, a sentence with every parameter, and a problem document."""

import pytest

from linli.foundation.errors import CODE, Fault, LinliError, Place, ValidationFaults, all_errors


class PondFrozen(LinliError):
    code = "tests.pond-frozen"
    text = "池塘 %(name)s 已结冰 %(share)d%%，请等到解冻"
    http_status = 409


class TestLinliError:
    def test_tells_its_sentence_with_parameters_and_percent_sign(self):
        assert PondFrozen(name="甲", share=80).message == "池塘 甲 已结冰 80%，请等到解冻"

    def test_becomes_a_problem_document(self):
        assert PondFrozen(name="甲", share=80).as_problem() == {
            "type": "urn:linli:problem:tests.pond-frozen",
            "title": "未能办理",
            "status": 409,
            "code": "tests.pond-frozen",
            "detail": "池塘 甲 已结冰 80%，请等到解冻",
            "params": {"name": "甲", "share": 80},
        }

    def test_refuses_a_missing_parameter(self):
        with pytest.raises(TypeError, match="share"):
            PondFrozen(name="甲")

    def test_refuses_a_code_in_another_shape(self):
        with pytest.raises(TypeError, match="kebab"):
            type("Odd", (LinliError,), {"code": "PondFrozen"})

    def test_refuses_a_code_that_is_taken(self):
        with pytest.raises(TypeError, match="PondFrozen"):
            type("Other", (LinliError,), {"code": "tests.pond-frozen"})

    def test_lists_every_error_by_code(self):
        errors = all_errors()
        assert errors["tests.pond-frozen"] is PondFrozen
        assert list(errors) == sorted(errors)
        assert all(CODE.fullmatch(code) for code in errors)


class TestFault:
    @pytest.mark.parametrize(
        ("where", "said"),
        [
            (Place(), "整个文件"),
            (Place("甲.csv"), "文件“甲.csv”"),
            (Place("甲.xlsx", "小区", 7), "文件“甲.xlsx”工作表“小区”第 7 行"),
        ],
    )
    def test_says_where(self, where, said):
        assert str(where) == said

    def test_says_that_nothing_was_found(self):
        fault = Fault(Place("甲.csv", row=2, column="户数"), "整数", remedy="请填写")
        assert fault.sentence == "文件“甲.csv”第 2 行“户数”列：应为整数，实际为空。请填写。"


class TestValidationFaults:
    def test_carries_every_fault(self):
        faults = [Fault(Place(row=row), "整数", "很多") for row in (3, 9)]
        problem = ValidationFaults(faults).as_problem()
        assert problem["code"] == "foundation.validation-faults"
        assert problem["detail"] == ("共发现 2 处问题，没有写入任何内容。第一处：第 3 行：应为整数，实际是“很多”。")
        assert [fault["row"] for fault in problem["faults"]] == [3, 9]

    def test_refuses_to_be_empty(self):
        with pytest.raises(ValueError, match="at least one"):
            ValidationFaults([])
