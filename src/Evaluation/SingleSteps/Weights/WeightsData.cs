using Cluster.Evaluation.Inputs;
using Cluster.Kernels;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>The samples for quantizing weights.</summary>
/// <param name="Classes">Values of the first output per sample; 0 without evaluation data.</param>
internal sealed record WeightsData(ImageBatches? Calibration, ImageBatches? Evaluation, int Classes)
{
    /// <exception cref="Kernels.KernelException">Data are missing, damaged, unlabelled, or not for this network.</exception>
    public static WeightsData Open(WeightsRequest request, byte[] model, ModelGraph graph, SpillSpace pixels)
    {
        if (request.Data is null && request.Evaluation is null)
        {
            return new WeightsData(null, null, 0);
        }

        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, request.Data, request.Evaluation);
        ImageBatches? Read(string? spec) => spec is null ? null : RawSamples.Open(spec, request.Model, graph, preprocess, pixels);
        var calibration = Read(request.Data);
        var evaluation = Read(request.Evaluation);
        if (evaluation is null)
        {
            return new WeightsData(calibration, null, 0);
        }

        int classes = CountClasses(model, evaluation);
        evaluation.Images.RequireClasses(classes);
        return new WeightsData(calibration, evaluation, classes);
    }

    private static int CountClasses(byte[] model, ImageBatches samples)
    {
        using var session = OrtSession.Open(model, new OrtSessionOptions { Threads = 1, AllowSpinning = false });
        return (int)session.Run(samples.Repeated(1), [session.OutputNames[0]])[0].Count;
    }
}
