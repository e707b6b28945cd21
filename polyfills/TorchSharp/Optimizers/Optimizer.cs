using TorchSharp.Modules;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public interface ILearningRateController
        {
            double LearningRate { get; set; }
        }

        /// <summary>Changes its parameters by their gradients.</summary>
        public abstract class Optimizer : IDisposable
        {
            private readonly Group _group;

            private protected Optimizer(IEnumerable<Parameter> parameters, double learningRate) =>
                _group = new Group([.. parameters]) { LearningRate = learningRate };

            public virtual IEnumerable<ILearningRateController> ParamGroups => [_group];

            public virtual void zero_grad()
            {
                foreach (Parameter parameter in _group.Parameters)
                {
                    using Tensor? grad = parameter.AccumulatedGradient();
                    if (grad is not null)
                    {
                        Call("aten::zero_", string.Empty, grad).Dispose();
                    }
                }
            }

            /// <summary>One step along the gradients that <c>backward</c> left.</summary>
            public virtual void step()
            {
                using (no_grad())
                using (NewDisposeScope())
                {
                    foreach (Parameter parameter in _group.Parameters)
                    {
                        if (parameter.AccumulatedGradient() is { } grad)
                        {
                            Update(parameter, grad, _group.LearningRate);
                        }
                    }
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            private protected abstract void Update(Parameter parameter, Tensor grad, double learningRate);

            protected virtual void Dispose(bool disposing)
            {
            }

            private sealed class Group(Parameter[] parameters) : ILearningRateController
            {
                internal Parameter[] Parameters { get; } = parameters;

                public double LearningRate { get; set; }
            }
        }
    }
}
