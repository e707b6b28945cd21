namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Modules.SGD SGD(
                IEnumerable<Modules.Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with momentum; the first step's buffer is the gradient itself, without dampening.</summary>
    public class SGD : torch.optim.Optimizer
    {
        private readonly Dictionary<Parameter, torch.Tensor> _momentum = new(ReferenceEqualityComparer.Instance);
        private readonly double _factor;
        private readonly double _dampening;
        private readonly double _decay;
        private readonly bool _nesterov;
        private readonly bool _maximize;

        public SGD(
            IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, lr)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            ArgumentOutOfRangeException.ThrowIfNegative(momentum);
            ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
            if (nesterov && (momentum <= 0 || dampening != 0))
            {
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
            }

            (_factor, _dampening, _decay, _nesterov, _maximize) = (momentum, dampening, weight_decay, nesterov, maximize);
        }

        private protected override void Update(Parameter parameter, torch.Tensor grad, double learningRate)
        {
            if (_decay != 0)
            {
                grad = grad.add(parameter, _decay);
            }

            if (_factor != 0)
            {
                if (_momentum.TryGetValue(parameter, out torch.Tensor? buffer))
                {
                    buffer.mul_(_factor).add_(grad, 1 - _dampening);
                }
                else
                {
                    buffer = grad.clone().DetachFromDisposeScope();
                    _momentum[parameter] = buffer;
                }

                grad = _nesterov ? grad.add(buffer, _factor) : buffer;
            }

            parameter.add_(grad, _maximize ? learningRate : -learningRate);
        }

        protected override void Dispose(bool disposing)
        {
            foreach (torch.Tensor buffer in _momentum.Values)
            {
                buffer.Dispose();
            }

            _momentum.Clear();
            base.Dispose(disposing);
        }
    }
}
