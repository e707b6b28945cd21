using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Element-by-element functions of one tensor that no target computes in integers.</summary>
internal static class ElementwiseOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Abs"] = Plain(static x => x.abs()),
        ["Ceil"] = Plain(static x => x.ceil()),
        ["Celu"] = (node, _) => With(node.GetFloat("alpha", 1), static (x, alpha) => x.celu(alpha.AsScalar())),
        ["Cos"] = Plain(static x => x.cos()),
        ["Elu"] = (node, _) => With(
            node.GetFloat("alpha", 1), static (x, alpha) => x.elu(alpha.AsScalar(), 1.AsScalar(), 1.AsScalar())),
        ["Erf"] = Plain(static x => x.erf()),
        ["Exp"] = Plain(static x => x.exp()),
        ["Floor"] = Plain(static x => x.floor()),
        ["Gelu"] = (node, _) => With(
            node.GetText("approximate", "none") == "tanh" ? GELU.Approximate.tanh : GELU.Approximate.none,
            static (x, form) => x.gelu(form)),
        ["IsInf"] = (node, _) => With(
            (Below: node.GetInt("detect_negative", 1) != 0, Above: node.GetInt("detect_positive", 1) != 0),
            static (x, wanted) => wanted switch
            {
                { Below: true, Above: true } => x.isinf(),
                { Below: true } => x.isneginf(),
                { Above: true } => x.isposinf(),
                _ => zeros_like(x, ScalarType.Bool),
            }),
        ["IsNaN"] = Plain(static x => x.isnan()),
        ["Log"] = Plain(static x => x.log()),
        ["Mish"] = Plain(TorchScripts.Mish),
        ["Neg"] = Plain(static x => x.neg()),
        ["Not"] = Plain(static x => x.logical_not()),
        ["Reciprocal"] = Plain(static x => x.reciprocal()),
        ["Round"] = Plain(static x => x.round()), // both round half to even

        // gamma (max(0, x) + min(0, alpha (e^x - 1))), which is libtorch's elu with a scale.
        ["Selu"] = (node, _) => With(
            (Alpha: node.GetFloat("alpha", 1.67326319f), Gamma: node.GetFloat("gamma", 1.05070102f)),
            static (x, form) => x.elu(form.Alpha.AsScalar(), form.Gamma.AsScalar(), 1.AsScalar())),
        ["Sign"] = Plain(static x => x.sign()),
        ["Sin"] = Plain(static x => x.sin()),
        ["Softplus"] = Plain(TorchScripts.Softplus),
        ["Softsign"] = Plain(Softsign),
        ["Sqrt"] = Plain(static x => x.sqrt()),
        ["ThresholdedRelu"] = (node, _) => With(
            node.GetFloat("alpha", 1), static (x, threshold) => x.threshold(threshold.AsScalar(), 0.AsScalar())),
    };

    /// <summary>A function of one tensor.</summary>
    public static OperatorBuilder Plain(Func<Tensor, Tensor> compute) => (_, _) => inputs => compute(inputs[0]);

    /// <summary>A function of one tensor and of attributes, which are read once.</summary>
    public static NodeKernel With<T>(T attributes, Func<Tensor, T, Tensor> compute) => inputs => compute(inputs[0], attributes);

    private static Tensor Softsign(Tensor x)
    {
        using var size = x.abs();
        using var divisor = size.add(ScalarNumbers.One, ScalarNumbers.One);
        return x.div(divisor);
    }
}
