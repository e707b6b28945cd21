using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Inputs;
using Cluster.Plans;

namespace Cluster.Reproductions.Paddle;

/// <summary>
/// PaddleSlim's table of methods for quantization after training, each on the same network: those for activations with everything in 8
/// bits, those for roundings of weights with weights in few bits, where they differ.
/// </summary>
/// <param name="Model">The FP32 network.</param>
/// <param name="Calibration">Data spec of the calibration images.</param>
/// <param name="Evaluation">Data spec of labelled images.</param>
/// <param name="Folder">Where the files are written; what is there is replaced.</param>
/// <param name="Iterations">Of the methods that learn, for each block or layer.</param>
public sealed record PaddleReproduction(
    string Model, string Calibration, string Evaluation, string Folder, int Iterations)
{
    // At 8 bits weights lose nothing worth a method.
    private const int WeightBits = 3;

    private const string Plain = "max";

    // As the text has them, in its order, after what it names as usual while training; avg of ranges of single images, hist of the
    // share 0.99999.
    private static readonly (string Name, string Method)[] Activations =
    [
        ("moving_average_abs_max", "moving-average-abs-max"),
        ("abs_max", Plain), ("KL", "kl"), ("avg", "average"), ("hist", "histogram"), ("mse", "mse"), ("emd", "emd"),
    ];

    private static readonly (string Name, GroupFormat Format)[] Granularities =
        [("abs_max", GroupFormat.Int8Tensor), ("channel_wise_abs_max", GroupFormat.Int8)];

    // Below 8 bits a channel's step is that of least squared error, so there is no channel_wise_abs_max to compare with.
    private static readonly (string Name, string? Rounding)[] Weights =
    [
        ("none", null),
        ("bias_correction", GroupDecision.WeightCorrection),
        ("Adaround", "adaround"),
        ("BRECQ", "brecq"),
        ("QDrop", "qdrop"),
    ];

    /// <summary>Does it all.</summary>
    /// <param name="say">Told each step.</param>
    /// <exception cref="Networks.KernelException">Model or images cannot be used.</exception>
    public async Task<PaddleFigures> RunAsync(Action<string> say, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Folder);
        var activations = new List<PaddleMethod>();
        var granularities = new List<PaddleMethod>();
        var weights = new List<PaddleMethod>();
        QuantizeReport? last = null;
        foreach (var (name, method) in Activations)
        {
            say($"activations by {name}");
            var given = new GivenPlan { Method = method, BiasCorrection = false };
            last = await new QuantizeWork(Request(name), given, say).RunAsync(cancellation);
            activations.Add(new PaddleMethod(name, $"--method {method}", last.Accuracy!));
        }

        var symmetric = await Task.Run(() => new PaddleActivations(Model, Calibration, Evaluation).Run(say, cancellation), cancellation);
        foreach (var (name, format) in Granularities)
        {
            say($"weights by {name}");
            var given = new GivenPlan { Method = Plain, Format = format, BiasCorrection = false };
            last = await new QuantizeWork(Request($"weights-{name}"), given, say).RunAsync(cancellation);
            granularities.Add(new PaddleMethod(name, $"--format {format}", last.Accuracy!));
        }

        foreach (var (name, rounding) in Weights)
        {
            say($"weights by {name}");
            var given = new GivenPlan
            {
                Method = "mse",
                BiasCorrection = false,
                WeightBits = WeightBits,
                ActivationBits = 8,
                FirstLastBits = 8,
                Rounding = rounding,
            };
            last = await new QuantizeWork(
                Request(name, GivenPlan.LearnedRoundings.Contains(rounding) ? Iterations : null), given, say).RunAsync(cancellation);
            weights.Add(new PaddleMethod(name, $"--rounding {rounding ?? "nearest"}", last.Accuracy!));
        }

        return new PaddleFigures(
            last!.Float32!.Accuracy!, activations, symmetric, granularities, weights, WeightBits);
    }

    private JobRequest Request(string name, int? iterations = null) => new()
    {
        Inputs = new JobInputs { Model = Model, Calibration = Calibration, Evaluation = Evaluation },
        Options = new JobOptions { Batch = 1, Iterations = iterations },
        Output = Path.Combine(Folder, $"{name}.onnx"),
        Fresh = true,
    };
}
