using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>
/// <see cref="Adam"/> with decoupled weight decay, operator by operator in the order of torch.optim.AdamW.
/// </summary>
internal sealed class AdamWUpdate : ParameterUpdate
{
    private readonly double _decay;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _square;

    public AdamWUpdate(IReadOnlyList<TrainedParameter> parameters, double decay)
        : base(parameters)
    {
        _decay = decay;
        _mean = [.. parameters.Select(parameter => Aten.Call("aten::zeros_like", parameter.Value))];
        _square = [.. parameters.Select(parameter => Aten.Call("aten::zeros_like", parameter.Value))];
    }

    public override IEnumerable<(string Name, Tensor Value)> State =>
        _mean.Select((mean, index) => ($"mean/{Parameters[index].Name}", mean))
            .Concat(_square.Select((square, index) => ($"square/{Parameters[index].Name}", square)));

    protected override void Update(int index, Tensor gradient, double learningRate)
    {
        var value = Parameters[index].Value;
        if (Parameters[index].Decays && _decay != 0)
        {
            Aten.Call("aten::mul_.Scalar", value, 1 - (learningRate * _decay));
        }

        Aten.Call("aten::mul_.Scalar", _mean[index], Adam.Beta1);
        Aten.Call("aten::add_.Tensor", _mean[index], gradient, 1 - Adam.Beta1);
        Aten.Call("aten::mul_.Scalar", _square[index], Adam.Beta2);
        Aten.Call("aten::addcmul_", _square[index], gradient, gradient, 1 - Adam.Beta2);
        var corrections = Adam.Corrections(Iterations);
        var denominator = Aten.Call("aten::sqrt", _square[index]);
        Aten.Call("aten::div_.Scalar", denominator, Math.Sqrt(corrections.Second));
        Aten.Call("aten::add_.Scalar", denominator, Adam.Epsilon);
        Aten.Call("aten::addcdiv_", value, _mean[index], denominator, -learningRate / corrections.First);
    }
}
