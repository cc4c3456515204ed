"""The gateway's side of the deployments: `SpeechEngine` and `IntentClassifier` that ask Ray. Called from worker threads."""

from collections.abc import Sequence
from typing import Any

import ray
from ray import serve
from ray.exceptions import RayError

from asr.audio import Samples
from asr.engine import Hypothesis, Window
from asr.errors import EngineError
from nlu.findings import IntentScore

SPEECH_APP = "speech"
INTENT_APP = "intent"
ANSWER_S = 30.0
START_S = 120.0


def join(address: str) -> None:
    """Joins the cluster; once for the process.

    Raises:
        EngineError: nobody answers at the address.
    """
    try:
        ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, configure_logging=False)
    except (RayError, ConnectionError) as error:
        raise EngineError(f"Ray 集群 {address} 没有回答；检查 HOTLINE_RAY_ADDRESS 和 ray status") from error


class RemoteEngine:
    """Implements `asr.engine.SpeechEngine`. `lanes` windows are on their way at a time; Ray batches those of all gateways."""

    batch = 1

    def __init__(self, lanes: int) -> None:
        """Raises `EngineError` when the deployment is not there."""
        self.lanes = lanes
        self._handle = _handle(SPEECH_APP)
        self.name = str(_result(self._handle.about.remote(), START_S))

    def transcribe_all(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """Recognise windows; Ray puts them together with those of others.

        Raises:
            EngineError: the deployment failed or did not answer in time; another replica may be asked again.
        """
        asked = [self._handle.transcribe.remote(window) for window in windows]
        return [_result(one, ANSWER_S) for one in asked]

    def transcribe(
        self, samples: Samples, *, prompt: str = "", exact: bool = True, careful: bool = True
    ) -> Hypothesis:
        """Recognise one utterance; as `transcribe_all`."""
        return self.transcribe_all([Window(samples, prompt, exact, careful)])[0]


class RemoteClassifier:
    """Implements `nlu.intents.IntentClassifier`."""

    def __init__(self) -> None:
        """Raises `EngineError` when the deployment is not there."""
        self._handle = _handle(INTENT_APP)
        self.name = str(_result(self._handle.about.remote(), START_S))

    def scores(self, text: str, domain: str) -> tuple[IntentScore, ...]:
        """Likeliest first.

        Raises:
            EngineError: the deployment failed or did not answer in time.
        """
        found: tuple[IntentScore, ...] = _result(self._handle.scores.remote(text, domain), ANSWER_S)
        return found


def _handle(app: str) -> Any:
    try:
        return serve.get_app_handle(app)
    except (RayError, serve.exceptions.RayServeException) as error:
        raise EngineError(f"Ray Serve 里没有应用 {app}：serve deploy deploy/ray/serve.yaml") from error


def _result(asked: Any, wait_s: float) -> Any:
    try:
        return asked.result(timeout_s=wait_s)
    except (RayError, TimeoutError, serve.exceptions.RayServeException) as error:
        raise EngineError(f"the deployment did not answer: {type(error).__name__}") from error
