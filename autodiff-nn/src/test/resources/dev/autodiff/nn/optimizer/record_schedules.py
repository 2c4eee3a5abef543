"""Records what PyTorch's and Keras's schedules do, for ScheduleTest and ReduceOnPlateauTest: python record_schedules.py > schedules.csv

Made with PyTorch 2.13.0. Each line has a schedule's name and the learning rates of its first 60 steps. Keras's three
schedules are its formulas (keras/src/optimizers/schedules/learning_rate_schedule.py, Keras 3), written here.
"""
import torch
from torch.optim import lr_scheduler as s

STEPS = 60


def torch_rates(make, rate=0.1):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=0.9)
    scheduler = make(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def warm(make, steps, start):
    return lambda o: s.SequentialLR(o, [s.LinearLR(o, start, 1.0, steps), make(o)], [steps])


PYTORCH = {
    "step": lambda o: s.StepLR(o, 7, 0.5),
    "multiStep": lambda o: s.MultiStepLR(o, [5, 6, 40], 0.1),
    "exponential": lambda o: s.ExponentialLR(o, 0.9),
    "linear": lambda o: s.LinearLR(o, 1.0, 0.2, 30),
    "polynomial": lambda o: s.PolynomialLR(o, 45, 2.0),
    "cosine": lambda o: s.CosineAnnealingLR(o, 59, 0.01),
    "cosineRestarts": lambda o: s.CosineAnnealingWarmRestarts(o, 7, 1, 0.01),
    "cosineRestarts2": lambda o: s.CosineAnnealingWarmRestarts(o, 5, 2, 0.01),
    "cosineRestarts3": lambda o: s.CosineAnnealingWarmRestarts(o, 1, 3, 0.0),
    "oneCycle": lambda o: s.OneCycleLR(o, 0.4, 61, cycle_momentum=False),
    "oneCycle, all": lambda o: s.OneCycleLR(o, 0.4, 61, pct_start=0.2, div_factor=10, final_div_factor=100,
                                            cycle_momentum=False),
    "warmup, exponential": warm(lambda o: s.ExponentialLR(o, 0.9), 10, 0.1),
    "warmup, cosine": warm(lambda o: s.CosineAnnealingLR(o, 55, 0.0), 5, 0.01),
    "function": lambda o: s.LambdaLR(o, lambda k: 1 / (1 + k) ** 0.5),
}

KERAS = {
    "exponential, steps": lambda k: 0.1 * 0.5 ** (k / 12),
    "inverseTime": lambda k: 0.1 / (1 + 0.5 * k / 12),
    "polynomial, end": lambda k: (0.1 - 0.02) * (1 - min(k, 40) / 40) ** 0.5 + 0.02,
}

for name, make in PYTORCH.items():
    print(name.replace(",", ";") + "," + ",".join(repr(float(r)) for r in torch_rates(make)))
for name, rate in KERAS.items():
    print(name.replace(",", ";") + "," + ",".join(repr(rate(k)) for k in range(STEPS)))


def plateau(**options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = s.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for k in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        scheduler.step(float(MEASURED[k]))
    return rates


# falls, stays, falls by too little, rises, and falls again
MEASURED = [10 - min(k, 9) - 0.0001 * (k % 7) + (3 if 30 < k < 40 else 0) - (0.5 if k > 50 else 0) for k in range(STEPS)]
print("measured," + ",".join(repr(v) for v in MEASURED))
print("plateau," + ",".join(repr(v) for v in plateau(factor=0.5, patience=3)))
print("plateau; all," + ",".join(
    repr(v) for v in plateau(mode="max", factor=0.7, patience=1, threshold=0.01, cooldown=2, min_lr=0.004)))
