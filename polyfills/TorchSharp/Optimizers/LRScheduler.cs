namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static class lr_scheduler
        {
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1) =>
                new(optimizer, (initial, epoch) => initial * Math.Pow(gamma, epoch / step_size));

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1) =>
                new(optimizer, (initial, epoch) => initial * Math.Pow(gamma, epoch));

            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0) =>
                new(optimizer, (initial, epoch) => eta_min + ((initial - eta_min) * (1 + Math.Cos(Math.PI * epoch / T_max)) / 2));

            /// <summary>Sets learning rates from the number of <see cref="step()"/> calls.</summary>
            public class LRScheduler
            {
                private readonly Optimizer _optimizer;
                private readonly Func<double, int, double> _rate;
                private int _epoch;

                internal LRScheduler(Optimizer optimizer, Func<double, int, double> rate)
                {
                    _optimizer = optimizer;
                    _rate = rate;
                }

                public virtual void step()
                {
                    _epoch++;
                    foreach (ILearningRateController group in _optimizer.ParamGroups)
                    {
                        group.LearningRate = _rate(group.InitialLearningRate, _epoch);
                    }
                }

                public IEnumerable<double> get_last_lr() => _optimizer.ParamGroups.Select(group => group.LearningRate);
            }
        }
    }
}
