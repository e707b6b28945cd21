using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Kernels;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Graphs.Passes;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Reparameterize;

/// <summary>Merges each block of parallel branches into one convolution and writes the network, still in FP32.</summary>
public sealed class ReparameterizeWork(ReparameterizeRequest request, Action<string> say)
{
    private const int Samples = 4;
    private const int LargestValue = 1 << 16;

    /// <summary>Runs the whole command.</summary>
    /// <exception cref="KernelException">The model cannot be used, or has no such block.</exception>
    public ReparameterizeReport Run()
    {
        long began = Stopwatch.GetTimestamp();
        OutputPlace.PrepareFile(request.Output, say);
        var network = NetworkFile.Open(request.Model);
        var graph = Reparameterization.Apply(network.Grouped.Graph, out int blocks);
        if (blocks == 0)
        {
            throw new KernelException(
                $"{request.Model} has no sum of parallel convolutions that one convolution can replace, so nothing was written; "
                + "use it as it is.");
        }

        var file = OnnxWriter.Write(graph);
        double? difference = Difference(network, file);
        QuantizeOutput.CopyPreprocess(request.Model, request.Output, request.Force);
        return new ReparameterizeReport(
            request.Model,
            QuantizeOutput.Write(request.Output, file, say),
            blocks,
            OnnxReader.Read(network.Content, request.Model).Nodes.Count,
            graph.Nodes.Count,
            difference,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static double? Difference(NetworkFile network, ModelFile merged)
    {
        if (network.Grouped.Inputs.Any(input => input.Type != ElementType.Float))
        {
            return null;
        }

        var random = new SplitMix64(0);
        TensorData[] values = [.. network.Grouped.Inputs.Select(input => Noise(random, [Samples, .. input.Shape.Skip(1)]))];
        return SameFunction.Require("reparameterize", network.Path, network.Float32Model, merged, values);
    }

    // -1 to 1
    private static TensorData Noise(SplitMix64 random, long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (2f * random.Below(LargestValue) / LargestValue) - 1;
        }

        return TensorData.FromFloats(shape, values);
    }
}

/// <summary>A user's request for `reparameterize`, as typed.</summary>
/// <param name="Model">Path of the FP32 ONNX file; the preprocessing next to it is copied next to the output too.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether an existing file is replaced.</param>
public sealed record ReparameterizeRequest(string Model, string Output, bool Force)
{
    /// <summary>Checks the request before any work.</summary>
    /// <exception cref="UsageException">The output is not a new file.</exception>
    public void Validate() => OutputPlace.RequireNewNetwork(Output, Model, "net.deploy.onnx", Force);
}

/// <summary>The result of `reparameterize`; its JSON form is the command's `--json`.</summary>
/// <param name="Blocks">Sums of branches that became one convolution each.</param>
/// <param name="NodesBefore">Nodes of the original file.</param>
/// <param name="NodesAfter">Nodes of the written file.</param>
/// <param name="Difference">
/// Root mean square of the first output's differences from the model's on random inputs, relative to the model's; null if an input is not
/// of floats, in which case nothing was run.
/// </param>
public sealed record ReparameterizeReport(
    string Model, QuantizeOutput Output, int Blocks, int NodesBefore, int NodesAfter, double? Difference, double Seconds);
