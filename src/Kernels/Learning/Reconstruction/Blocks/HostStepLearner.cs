using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>Steps in managed memory.</summary>
internal sealed class HostStepLearner(IReadOnlyList<string> tensors, IReadOnlyList<QuantizationParameters> start) : StepLearner
{
    private readonly ScaleVariable[] _scales = [.. start.Select(parameters => new ScaleVariable(parameters))];

    public override int Count => _scales.Length;

    public override void Prepare(IReadOnlyList<UnitPart> parts)
    {
        for (int i = 0; i < _scales.Length; i++)
        {
            foreach (var part in parts)
            {
                part.Hooks.SetStep(tensors[i], _scales[i].Leaf(), _scales[i].Parameters);
            }
        }
    }

    public override void Step(IReadOnlyList<UnitPart> parts, int first, double rate)
    {
        for (int i = 0; i < _scales.Length; i++)
        {
            int at = first + i;
            _scales[i].Step(parts.Sum(part => (double)TensorFactory.ToFloats(part.Gradients[at])[0]), rate);
        }
    }

    public override IReadOnlyList<QuantizationParameters> Finish() => [.. _scales.Select(scale => scale.Parameters)];

    public override void Dispose()
    {
        // The leaves are the parts' hooks'.
    }
}
