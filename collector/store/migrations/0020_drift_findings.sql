-- Findings of other kinds than figures that are not as usual: distributions that drifted, models that were swapped.

-- kind: figure | drift | model_swap. Of the latter two step_s is the length of the window that was compared.
alter table findings add column kind varchar default 'figure';
