namespace Cluster.Silo.Commands.Quantize;

/// <summary>What a user asked `quantize` to do, as typed.</summary>
internal sealed record QuantizeRequest
{
    /// <summary>The runtime that files are placed and measured for.</summary>
    public const string Target = "onnxruntime-cpu";

    public required string Model { get; init; }

    public string? Plan { get; init; }

    /// <summary>Folder of the statistics and corrections that <see cref="Plan"/> was built from.</summary>
    public string? Calibration { get; init; }

    /// <summary>Calibrator of every group; null with a plan.</summary>
    public string? Method { get; init; }

    /// <summary>Calibration images.</summary>
    public string? Data { get; init; }

    public bool BiasCorrection { get; init; } = true;

    public string? Evaluation { get; init; }

    public string? Preprocess { get; init; }

    public int Batch { get; init; } = 32;

    public int Threads { get; init; } = 1;

    public long Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>Checks what can be judged without opening a file.</summary>
    /// <exception cref="UsageException">Options that do not go together.</exception>
    public void Validate()
    {
        Require(Plan is null || Method is null, "--plan and --method were both given; a plan says how each group is calibrated, so leave --method out.");
        Require(Plan is null || (Calibration is null) != (Data is null), "--plan needs what its ranges come from: --calibration FOLDER for the same bytes as the run's, or --data SPEC to calibrate anew.");
        Require(Plan is not null || Calibration is null, "--calibration was given without --plan; give the plan that lies beside that folder.");
        Require(Plan is not null || Data is not null, "no calibration images were given; add --data SPEC, or --plan FILE --calibration FOLDER.");
        Require(Plan is null || BiasCorrection, "--no-bias-correction was given with --plan; the plan says which biases are corrected, so leave it out.");
        Require(!Directory.Exists(Output), $"the output '{Output}' is a folder; give a file name such as {Path.Combine(Output, "net.qdq.onnx")}.");
        Require(Path.GetFullPath(Output) != Path.GetFullPath(Model), $"the output '{Output}' is the model itself; give another name.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }
}
