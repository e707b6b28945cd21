using static TorchSharp.torch;

namespace Cluster.Learning.Optimizers;

/// <summary>
/// <see cref="Adam"/> with decoupled weight decay, operator by operator in the order of torch.optim.AdamW.
/// </summary>
internal sealed class AdamWUpdate(IReadOnlyList<TrainedParameter> parameters, double decay) : ParameterUpdate(parameters)
{
    private readonly Tensor[] _mean = [.. parameters.Select(parameter => zeros_like(parameter.Value))];
    private readonly Tensor[] _square = [.. parameters.Select(parameter => zeros_like(parameter.Value))];

    public override IEnumerable<(string Name, Tensor Value)> State =>
        _mean.Select((mean, index) => ($"mean/{Parameters[index].Name}", mean))
            .Concat(_square.Select((square, index) => ($"square/{Parameters[index].Name}", square)));

    protected override void Update(int index, Tensor gradient, double learningRate)
    {
        var value = Parameters[index].Value;
        if (Parameters[index].Decays && decay != 0)
        {
            value.mul_((1 - (learningRate * decay)).AsScalar());
        }

        _mean[index].mul_(Adam.Beta1.AsScalar());
        _mean[index].add_(gradient, (1 - Adam.Beta1).AsScalar());
        _square[index].mul_(Adam.Beta2.AsScalar());
        _square[index].addcmul_(gradient, gradient, (1 - Adam.Beta2).AsScalar());
        var corrections = Adam.Corrections(Iterations);
        var denominator = _square[index].sqrt();
        denominator.div_(Math.Sqrt(corrections.Second).AsScalar());
        denominator.add_(Adam.Epsilon.AsScalar(), ScalarNumbers.One);
        value.addcdiv_(_mean[index], denominator, (-learningRate / corrections.First).AsScalar());
    }
}
