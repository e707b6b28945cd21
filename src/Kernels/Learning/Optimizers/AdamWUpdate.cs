using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>Adam with decoupled weight decay as torch.optim.AdamW has it, betas 0.9 and 0.999, epsilon 1e-8.</summary>
internal sealed class AdamWUpdate : ParameterUpdate
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

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

        Aten.Call("aten::mul_.Scalar", _mean[index], Beta1);
        Aten.Call("aten::add_.Tensor", _mean[index], gradient, 1 - Beta1);
        Aten.Call("aten::mul_.Scalar", _square[index], Beta2);
        Aten.Call("aten::addcmul_", _square[index], gradient, gradient, 1 - Beta2);
        double correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        var denominator = Aten.Call("aten::sqrt", _square[index]);
        Aten.Call("aten::div_.Scalar", denominator, correction);
        Aten.Call("aten::add_.Scalar", denominator, Epsilon);
        Aten.Call("aten::addcdiv_", value, _mean[index], denominator, -learningRate / (1 - Math.Pow(Beta1, Steps)));
    }
}
