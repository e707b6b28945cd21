namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        /// <summary>Changes its parameters by their gradients.</summary>
        public abstract class Optimizer : IDisposable
        {
            private readonly List<Modules.ParamGroup> _groups = [];

            private protected Optimizer(IEnumerable<Modules.Parameter> parameters, double learningRate) =>
                _groups.Add(new Modules.ParamGroup { Parameters = [.. parameters], LearningRate = learningRate, InitialLearningRate = learningRate });

            public virtual IEnumerable<ILearningRateController> ParamGroups => _groups;

            public virtual IEnumerable<Modules.Parameter> parameters() => _groups.SelectMany(group => group.Parameters);

            public virtual void zero_grad()
            {
                foreach (Modules.Parameter parameter in parameters())
                {
                    using Tensor? grad = parameter.grad;
                    grad?.zero_().Dispose();
                }
            }

            /// <summary>One step along the gradients that <c>backward</c> left.</summary>
            public virtual Tensor? step(Func<Tensor>? closure = null)
            {
                Tensor? loss = null;
                if (closure is not null)
                {
                    using (enable_grad())
                    {
                        loss = closure();
                    }
                }

                using (no_grad())
                using (NewDisposeScope())
                {
                    foreach (Modules.ParamGroup group in _groups)
                    {
                        foreach (Modules.Parameter parameter in group.Parameters)
                        {
                            if (parameter.grad is Tensor grad)
                            {
                                Update(parameter, grad, group.LearningRate);
                            }
                        }
                    }
                }

                return loss;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            private protected abstract void Update(Modules.Parameter parameter, Tensor grad, double learningRate);

            protected virtual void Dispose(bool disposing)
            {
            }
        }
    }
}
