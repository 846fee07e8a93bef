"""Pictures of values: functions of Vars that know no State."""
