"""The peer of `aphyn_speed.py`: the same experiment, as one writes it with torchdiffeq.

Runs in its own environment (`make peers`) and prints one JSON object: best seconds of a training
step (the loss over the whole horizon, its gradient, Adam) and of a forecast. Euler by `odeint`,
batched over traces, gradients by backpropagation through the solver.
"""

import argparse
import json
import time

import torch
from torch import nn
from torchdiffeq import odeint

DT, STEPS = 0.1, 3520
WIDTH, BLOCKS = 8, 3


class Block(nn.Module):
    """x + W₂ tanh(W₁ x + b₁) + b₂."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        """The image of a batch."""
        return x + self.second(torch.tanh(self.first(x)))


class Hybrid(nn.Module):
    """Mitchell–Schaeffer with three learned time constants, and a residual on dv/dt."""

    def __init__(self):
        super().__init__()
        self.log_tau = nn.Parameter(torch.log(torch.tensor([0.3, 6.0, 150.0])))
        self.residual = nn.Sequential(
            nn.Linear(2, WIDTH), *(Block() for _ in range(BLOCKS)), nn.Linear(WIDTH, 1)
        )
        with torch.no_grad():
            self.residual[-1].weight.mul_(1e-3)
            self.residual[-1].bias.zero_()

    def forward(self, t, state):
        """Rates of (v, h), 1/ms."""
        tau_in, tau_out, tau_close = self.tau  # set once a step, not once a call
        v, h = state.unbind(-1)
        stimulus = 1.0 if t < 1.0 - DT / 2 else 0.0
        dv = h * v * v * (1 - v) / tau_in - v / tau_out + stimulus
        dv = dv + self.residual(state).squeeze(-1)
        dh = torch.where(v < 0.13, (1 - h) / 120.0, -h / tau_close)
        return torch.stack((dv, dh), dim=-1)

    def trajectory(self, start, times):
        """States at all times, from the first."""
        self.tau = torch.exp(self.log_tau).unbind()
        return odeint(self, start, times, method="euler")


def traces(count):
    """First states, and what they are compared with."""
    fall = torch.linspace(150.0, 300.0, count)
    observed = torch.sigmoid((fall - torch.arange(STEPS)[:, None] * DT) / 20)
    observed[0] = torch.linspace(0.0, 0.1, count)
    return torch.stack((observed[0], torch.ones(count)), dim=-1), observed


def best(run, repeats):
    """Best seconds of a call, after one that is not counted."""
    run()
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def training_step(count, repeats):
    """Seconds of one training step."""
    model, times = Hybrid(), torch.arange(STEPS) * DT
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    start, observed = traces(count)

    def step():
        optimiser.zero_grad(set_to_none=True)
        states = model.trajectory(start, times)
        miss = ((states[..., 0] - observed) ** 2).mean()
        (miss + (model.residual(states) ** 2).mean()).backward()
        optimiser.step()

    return best(step, repeats)


def forecast(count, repeats):
    """Seconds for whole trajectories."""
    model, times = Hybrid(), torch.arange(STEPS) * DT
    start, _ = traces(count)

    def run():
        with torch.no_grad():
            model.trajectory(start, times)

    return best(run, repeats)


def main():
    """Measure and print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--threads", type=int, required=True)
    torch.set_num_threads(arguments.parse_args().threads)
    torch.manual_seed(0)
    print(
        json.dumps(
            {
                "train_batch64_s": training_step(64, 3),
                "train_full_s": training_step(576, 3),
                "forecast_one_s": forecast(1, 3),
                "forecasts_10000_s": forecast(10_000, 1),  # it takes most of a minute
                "torch": torch.__version__,
                "threads": torch.get_num_threads(),
            }
        )
    )


if __name__ == "__main__":
    main()
