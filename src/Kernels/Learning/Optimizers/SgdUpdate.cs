using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Optimizers;

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
