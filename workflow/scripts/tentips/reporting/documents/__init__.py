"""The texts beside the report: methods, checklists, datasheet, model card, limitations."""
