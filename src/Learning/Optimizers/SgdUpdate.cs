using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Learning.Optimizers;

/// <summary>
/// Stochastic gradient descent as in torch.optim.SGD: g += decay * w; v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v).
/// </summary>
internal sealed class SgdUpdate(IReadOnlyList<TrainedParameter> parameters, double momentum, double decay, bool nesterov)
    : ParameterUpdate(parameters)
{
    // Starting from zeros gives torch's first iteration (v = g).
    private readonly Tensor[] _velocity = momentum == 0 ? [] : [.. parameters.Select(parameter => zeros_like(parameter.Value))];

    public override IEnumerable<(string Name, Tensor Value)> State =>
        _velocity.Select((velocity, index) => ($"velocity/{Parameters[index].Name}", velocity));

    protected override void Update(int index, Tensor gradient, double learningRate)
    {
        var (value, decays) = (Parameters[index].Value, Parameters[index].Decays);
        var direction = decays && decay != 0 ? gradient.add(value, decay.AsScalar()) : gradient;
        if (_velocity.Length > 0)
        {
            _velocity[index].mul_(momentum.AsScalar());
            _velocity[index].add_(direction, ScalarNumbers.One);
            direction = nesterov ? direction.add(_velocity[index], momentum.AsScalar()) : _velocity[index];
        }

        value.add_(direction, (-learningRate).AsScalar());
    }
}

/// <summary>
/// An optimizer whose whole state is named tensors, so that a checkpoint restores it exactly with any version of TorchSharp: its own
/// optimizers return their state in version-dependent ways. The rules and their order of operations are torch.optim's.
/// </summary>
internal abstract class ParameterUpdate(IReadOnlyList<TrainedParameter> parameters)
{
    protected IReadOnlyList<TrainedParameter> Parameters { get; } = parameters;

    /// <summary>Iterations done, needed by rules with bias correction.</summary>
    public long Iterations { get; set; }

    /// <summary>The tensors that an iteration reads and writes besides the parameters; the caller must not dispose them.</summary>
    public abstract IEnumerable<(string Name, Tensor Value)> State { get; }

    /// <summary>Changes every parameter, in place.</summary>
    /// <param name="gradients">One a parameter, in order; not changed.</param>
    /// <param name="freezesRanges">Leaves quantizers' scales as they are, to the last bit, and what the rule remembers of them.</param>
    public void Apply(IReadOnlyList<Tensor> gradients, double learningRate, bool freezesRanges = false)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Iterations++;
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (!freezesRanges || !Parameters[i].IsRange)
            {
                Update(i, gradients[i], learningRate * Parameters[i].RateFactor);
            }
        }
    }

    protected abstract void Update(int index, Tensor gradient, double learningRate);
}
