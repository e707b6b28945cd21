using Microsoft.ML.OnnxRuntime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>The largest magnitude of each float32 value of a file over samples, as ONNX Runtime computes the file.</summary>
public static class LargestMagnitudes
{
    /// <summary>By value: of inputs, and of what nodes write, but for what a DequantizeLinear does, which its scale bounds.</summary>
    /// <returns>Infinite where a value is infinite or NaN for a sample.</returns>
    /// <exception cref="KernelException">ONNX Runtime does not run the file; with its text.</exception>
    public static IReadOnlyDictionary<string, float> Of(ModelGraph file, ImageBatches samples)
    {
        var types = ElementTypes.Of(file);
        var ends = file.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        string[] values =
        [
            .. file.Nodes.Where(node => node.OpType != "DequantizeLinear").SelectMany(node => node.Values)
                .Where(value => types[value] == ElementType.Float),
        ];
        var shown = file with
        {
            Outputs =
            [
                .. file.Outputs,
                .. values.Where(value => !ends.Contains(value))
                    .Select(value => new ValueInfo(value, ElementType.Float, []) { ShapeKnown = false }),
            ],
        };
        using var session = OrtSession.Open(
            OnnxWriter.Write(shown),
            new OrtSessionOptions { AllowSpinning = false, Optimize = GraphOptimizationLevel.ORT_DISABLE_ALL });
        var largest = new Dictionary<string, float>(StringComparer.Ordinal);
        samples = samples with { BatchSize = 1 }; // all values of a run are in memory at once
        for (int batch = 0; batch < samples.Count; batch++)
        {
            var inputs = samples.Inputs(batch);
            foreach (var (name, value) in session.Run(inputs, values).Zip(values, (value, name) => (name, value))
                .Concat(inputs.Zip(file.Inputs, (value, input) => (input.Name, value)).Where(pair => pair.value.Type.IsFloat())))
            {
                float[] numbers = value.Widened().As<float>().ToArray();
                float magnitude = numbers.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(numbers));
                largest[name] = Math.Max(largest.GetValueOrDefault(name), float.IsNaN(magnitude) ? float.PositiveInfinity : magnitude);
            }
        }

        return largest;
    }
}
