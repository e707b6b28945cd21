using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>
/// Steps in one tensor on a device, updated there: nobody waits for a gradient. The arithmetic is that of <see cref="ScaleVariable"/>. The leaves that autograd
/// sees are views of that tensor, so they follow every step.
/// </summary>
internal sealed class DeviceStepLearner : StepLearner
{
    private readonly IReadOnlyList<string> _tensors;
    private readonly IReadOnlyList<QuantizationParameters> _start;
    private readonly Tensor _scales; // (steps), float32
    private readonly Tensor _first; // (steps), float64
    private readonly Tensor _second;
    private bool _isPrepared;
    private long _steps;

    public DeviceStepLearner(ComputeDevice device, IReadOnlyList<string> tensors, IReadOnlyList<QuantizationParameters> start)
    {
        _tensors = tensors;
        _start = start;
        _scales = device.Floats([.. start.Select(parameters => parameters.Scale)], [start.Count]);
        _first = Aten.Call("aten::zeros_like", _scales, ScalarType.Float64);
        _second = Aten.Call("aten::zeros_like", _scales, ScalarType.Float64);
    }

    public override int Count => _start.Count;

    public override void Prepare(IReadOnlyList<UnitPart> parts)
    {
        if (_isPrepared)
        {
            return;
        }

        var part = parts.Single();
        for (int i = 0; i < Count; i++)
        {
            using var view = TensorOps.Narrow(_scales, 0, i, 1);
            part.Hooks.SetStep(_tensors[i], Autograd.Record(Aten.Call("aten::detach", view)), _start[i]);
        }

        _isPrepared = true;
    }

    public override void Step(IReadOnlyList<UnitPart> parts, int first, double rate)
    {
        if (Count == 0)
        {
            return;
        }

        using var gradients = TensorOps.Cat([.. parts.Single().Gradients.Skip(first)], 0);
        _steps++;
        NativeKernels.Check(NativeMethods.ck_scale_step(_scales.Handle, _first.Handle, _second.Handle, gradients.Handle, _steps, rate, ScaleVariable.Smallest));
    }

    public override IReadOnlyList<QuantizationParameters> Finish()
    {
        float[] scales = TensorFactory.ToFloats(_scales);
        return [.. _start.Select((parameters, i) => parameters with { Scale = scales[i] })];
    }

    public override void Dispose()
    {
        _scales.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
