using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>The steps of one group, in FP32 or in simulated INT8. Immutable and thread-safe; the tensors of a run live in <see cref="LiveTensors"/>.</summary>
internal sealed class GroupProgram(IReadOnlyList<NodeStep> steps, IReadOnlySet<string> crossings, IReadOnlyList<IDisposable> owned) : IDisposable
{
    public void Run(LiveTensors live, IRunObserver? observer = null)
    {
        foreach (var step in steps)
        {
            RunStep(step, live, observer);
        }
    }

    public void Dispose()
    {
        foreach (var item in owned)
        {
            item.Dispose();
        }
    }

    /// <summary>Name of the view of a tensor through its Q/DQ pair.</summary>
    internal static string QuantizedView(string tensor) => tensor + "\u0001quantized";

    private void RunStep(NodeStep step, LiveTensors live, IRunObserver? observer)
    {
        var inputs = new Tensor[step.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Read(step.Inputs[i].Tensor, step.Inputs[i].Parameters, live, observer);
        }

        var result = step.Kernel(inputs);
        if (step.Integer is { } integer)
        {
            result = Finish(step, integer, result, observer);
        }
        else
        {
            observer?.Computed(step.Node, result);
        }

        if (step.OutputParameters is { } parameters)
        {
            using var exact = result;
            result = Quantize(step.Node.Output, exact, parameters, observer);
        }

        live.Set(step.Node.Output, result);
        foreach (string tensor in step.Dead)
        {
            if (!live.RetainsCrossings || !crossings.Contains(tensor))
            {
                live.Drop(tensor);
                live.Drop(QuantizedView(tensor));
            }
        }
    }

    private static Tensor Finish(NodeStep step, IntegerOutput integer, Tensor sums, IRunObserver? observer)
    {
        if (observer is not null)
        {
            using var real = integer.ToReal(Aten.Call("aten::clone", sums));
            observer.Computed(step.Node, real);
        }

        if (integer.Requantization is not { } quantization)
        {
            return integer.ToReal(sums);
        }

        using var codes = integer.ToCodes(sums);
        return observer?.Quantized(quantization.Tensor, codes, quantization.Parameters) ?? NativeKernels.FakeQuantizeSteps(codes, quantization.Parameters);
    }

    private static Tensor Quantize(string tensor, Tensor exact, QuantizationParameters parameters, IRunObserver? observer)
    {
        if (observer is null)
        {
            return NativeKernels.FakeQuantize(exact, parameters);
        }

        using var steps = Aten.Call("aten::div.Scalar", exact, parameters.Scale);
        return observer.Quantized(tensor, steps, parameters) ?? NativeKernels.FakeQuantize(exact, parameters);
    }

    // Readers in INT8 groups share one quantized view of a tensor that stays FP32 for the others.
    private static Tensor Read(string tensor, QuantizationParameters? parameters, LiveTensors live, IRunObserver? observer)
    {
        if (parameters is not { } range)
        {
            return live.Get(tensor);
        }

        string view = QuantizedView(tensor);
        if (!live.TryGet(view, out var quantized))
        {
            quantized = Quantize(tensor, live.Get(tensor), range, observer);
            live.Set(view, quantized);
        }

        return quantized;
    }
}
