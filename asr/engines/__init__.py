"""Speech engines: each implements `asr.engine.SpeechEngine`."""
