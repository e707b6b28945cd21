using System.Diagnostics;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.SingleSteps.Sensitivity;

namespace Cluster.Reproductions.Vitis;

/// <summary>
/// "One at a time": each layer alone in INT8 says which are sensitive; the most sensitive stay in FP32, which should bring a
/// MobileNet nearly back to FP32's accuracy. The text skips 2 of 28 convolutions.
/// </summary>
/// <param name="Model">The FP32 network.</param>
/// <param name="Calibration">Data spec of the calibration images.</param>
/// <param name="Evaluation">Data spec of labelled images: layers are ranked and plans measured on them.</param>
/// <param name="Folder">Where the files are written; what is there is replaced.</param>
/// <param name="MostKept">Layers left in FP32 at the end.</param>
public sealed record VitisReproduction(string Model, string Calibration, string Evaluation, string Folder, int MostKept)
{
    // The plainest PTQ, whose loss the text then repairs: smallest and largest value, no correction.
    private const string Method = "max";

    /// <summary>Does it all.</summary>
    /// <param name="progress">Of the sweep over layers.</param>
    /// <param name="say">Told each step.</param>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used.</exception>
    public async Task<VitisFigures> RunAsync(SensitivityProgress progress, Action<string> say, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(Folder);
        var examples = VitisExamples.All();
        say("each layer alone in INT8");
        var sensitivity = await new SensitivityWork(
            new SensitivityRequest(
                new LocalInputs { Model = Model, Calibration = Calibration, Evaluation = Evaluation }, Method, int.MaxValue, Seed: 0),
            progress).RunAsync(cancellation);
        string[] ranked = [.. sensitivity.Groups.Select(group => group.Group)];
        var steps = new List<VitisStep>();
        QuantizeReport? last = null;
        for (int kept = 0; kept <= Math.Min(MostKept, ranked.Length - 1); kept++)
        {
            say($"all layers but {kept} in INT8");
            last = await new QuantizeWork(Request(ranked[..kept]), say).RunAsync(cancellation);
            steps.Add(new VitisStep(ranked[..kept], last.Accuracy!));
        }

        return new VitisFigures(examples, last!.Float32!.Accuracy!, steps, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private QuantizeRequest Request(IReadOnlyList<string> kept) => new()
    {
        Model = Model,
        Output = Path.Combine(Folder, $"kept{kept.Count}.onnx"),
        Method = Method,
        BiasCorrection = false,
        KeepFloat32 = kept,
        Data = Calibration,
        Evaluation = Evaluation,
        Batch = 1,
        Threads = 1,
        Force = true,
    };
}
