using TorchSharp.Modules;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>The package's defaults, of which <paramref name="beta2"/> is not the 0.999 of Python's torch.</summary>
            public static Adam Adam(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.99,
                double eps = 1e-8,
                double weight_decay = 0) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Adam: the weight decay is added to the gradient.</summary>
    public class Adam : torch.optim.Optimizer
    {
        private readonly Dictionary<Parameter, State> _states = new(ReferenceEqualityComparer.Instance);
        private readonly double _beta1;
        private readonly double _beta2;
        private readonly double _eps;
        private readonly double _decay;

        internal Adam(IEnumerable<Parameter> parameters, double lr, double beta1, double beta2, double eps, double weightDecay)
            : base(parameters, lr)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            ArgumentOutOfRangeException.ThrowIfNegative(eps);
            ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
            if (beta1 is < 0 or >= 1 || beta2 is < 0 or >= 1)
            {
                throw new ArgumentException($"Invalid betas: {beta1}, {beta2}", nameof(beta1));
            }

            (_beta1, _beta2, _eps, _decay) = (beta1, beta2, eps, weightDecay);
        }

        private protected override void Update(Parameter parameter, torch.Tensor grad, double learningRate)
        {
            if (!_states.TryGetValue(parameter, out State? state))
            {
                state = new State(
                    torch.zeros_like(parameter).DetachFromDisposeScope(), torch.zeros_like(parameter).DetachFromDisposeScope());
                _states[parameter] = state;
            }

            state.Step++;
            if (_decay != 0)
            {
                grad = Call("aten::add", "Tensor", grad, parameter, _decay);
            }

            Call("aten::mul_", "Scalar", state.Mean, _beta1);
            Call("aten::add_", "Tensor", state.Mean, grad, 1 - _beta1);
            Call("aten::mul_", "Scalar", state.Square, _beta2);
            Call("aten::addcmul_", string.Empty, state.Square, grad, grad, 1 - _beta2);
            double correction1 = 1 - Math.Pow(_beta1, state.Step);
            double correction2 = 1 - Math.Pow(_beta2, state.Step);
            torch.Tensor denominator = Call("aten::sqrt", string.Empty, state.Square);
            Call("aten::div_", "Scalar", denominator, Math.Sqrt(correction2));
            Call("aten::add_", "Scalar", denominator, _eps);
            Call("aten::addcdiv_", string.Empty, parameter, state.Mean, denominator, -learningRate / correction1);
        }

        protected override void Dispose(bool disposing)
        {
            foreach (State state in _states.Values)
            {
                state.Mean.Dispose();
                state.Square.Dispose();
            }

            _states.Clear();
            base.Dispose(disposing);
        }

        private sealed class State(torch.Tensor mean, torch.Tensor square)
        {
            internal torch.Tensor Mean { get; } = mean;

            internal torch.Tensor Square { get; } = square;

            internal int Step { get; set; }
        }
    }
}
