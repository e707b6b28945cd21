namespace TorchSharp.Modules;

/// <summary>The moments that Adam and AdamW share; they differ in where the weight decay goes.</summary>
public abstract class AdamBase : torch.optim.Optimizer
{
    private readonly Dictionary<Parameter, State> _states = new(ReferenceEqualityComparer.Instance);
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _eps;
    private readonly double _decay;
    private readonly bool _decoupled;

    private protected AdamBase(IEnumerable<Parameter> parameters, double lr, double beta1, double beta2, double eps, double weightDecay, bool decoupled)
        : base(parameters, lr)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(eps);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        if (beta1 is < 0 or >= 1 || beta2 is < 0 or >= 1)
        {
            throw new ArgumentException($"Invalid betas: {beta1}, {beta2}", nameof(beta1));
        }

        (_beta1, _beta2, _eps, _decay, _decoupled) = (beta1, beta2, eps, weightDecay, decoupled);
    }

    private protected override void Update(Parameter parameter, torch.Tensor grad, double learningRate)
    {
        if (!_states.TryGetValue(parameter, out State? state))
        {
            state = new State(torch.zeros_like(parameter).DetachFromDisposeScope(), torch.zeros_like(parameter).DetachFromDisposeScope());
            _states[parameter] = state;
        }

        state.Step++;
        if (_decoupled)
        {
            parameter.mul_(1 - (learningRate * _decay));
        }
        else if (_decay != 0)
        {
            grad = grad.add(parameter, _decay);
        }

        state.Mean.mul_(_beta1).add_(grad, 1 - _beta1);
        state.Square.mul_(_beta2).addcmul_(grad, grad, 1 - _beta2);
        double correction1 = 1 - Math.Pow(_beta1, state.Step);
        double correction2 = 1 - Math.Pow(_beta2, state.Step);
        torch.Tensor denominator = state.Square.sqrt().div_(Math.Sqrt(correction2)).add_(_eps);
        parameter.addcdiv_(state.Mean, denominator, -learningRate / correction1);
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
