using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>
/// Stochastic gradient descent as in torch.optim.SGD: g += decay * w; v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v).
/// </summary>
internal sealed class SgdUpdate : ParameterUpdate
{
    private readonly double _momentum;
    private readonly double _decay;
    private readonly bool _nesterov;
    private readonly Tensor[] _velocity;

    public SgdUpdate(IReadOnlyList<TrainedParameter> parameters, double momentum, double decay, bool nesterov)
        : base(parameters)
    {
        _momentum = momentum;
        _decay = decay;
        _nesterov = nesterov;

        // Starting from zeros gives torch's first iteration (v = g).
        _velocity = momentum == 0 ? [] : [.. parameters.Select(parameter => zeros_like(parameter.Value))];
    }

    public override IEnumerable<(string Name, Tensor Value)> State =>
        _velocity.Select((velocity, index) => ($"velocity/{Parameters[index].Name}", velocity));

    protected override void Update(int index, Tensor gradient, double learningRate)
    {
        var (value, decays) = (Parameters[index].Value, Parameters[index].Decays);
        var direction = decays && _decay != 0 ? gradient.add(value, _decay.AsScalar()) : gradient;
        if (_velocity.Length > 0)
        {
            _velocity[index].mul_(_momentum.AsScalar());
            _velocity[index].add_(direction, ScalarNumbers.One);
            direction = _nesterov ? direction.add(_velocity[index], _momentum.AsScalar()) : _velocity[index];
        }

        value.add_(direction, (-learningRate).AsScalar());
    }
}
