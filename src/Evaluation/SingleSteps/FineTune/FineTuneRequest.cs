using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>A user's request for `finetune`, as typed.</summary>
public sealed record FineTuneRequest
{
    /// <summary>Path of the FP32 ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the plan whose numbers are trained.</summary>
    public required string Plan { get; init; }

    /// <summary>Folder of the numbers that the plan was built from; null searches next to the plan.</summary>
    public string? Calibration { get; init; }

    /// <summary>Data spec of the labelled images to train on.</summary>
    public required string Training { get; init; }

    /// <summary>Data spec of the labelled images that decide whether the trained file is kept.</summary>
    public required string Evaluation { get; init; }

    /// <summary>A metric for both files besides top-1, which decides; null: none.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>Path of the preprocessing; null: the one next to the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>What the user says of the inputs.</summary>
    public GivenInputs Given { get; init; } = GivenInputs.None;

    /// <summary>Threads of training and evaluation.</summary>
    public required int Threads { get; init; }

    /// <summary>Without the purpose of the seed and without a folder: the work adds both.</summary>
    public required FineTuneOptions Options { get; init; }

    /// <summary>Path of the ONNX file to write.</summary>
    public required string Output { get; init; }

    /// <summary>The condition for the trained file to replace the plan's own.</summary>
    public FineTuneKeep Keep { get; init; }

    /// <summary>Bytes that the process should stay below; null: <see cref="WorkingMemory.Usual"/>.</summary>
    public long? Memory { get; init; }

    /// <summary>Whether an existing output is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The folder of checkpoints until the training is done.</summary>
    public string Checkpoints => Path.ChangeExtension(Output, ".training");

    /// <summary>The calibration folder: as given, or next to the plan as `run` or `quantize` left it.</summary>
    public string CalibrationFolder => Calibration ?? Inputs.CalibrationFolder.Beside(Plan);

    /// <summary>Checks what can be checked without opening a file.</summary>
    /// <exception cref="UsageException">The output path is not usable.</exception>
    public void Validate()
    {
        if (Path.GetFullPath(Path.ChangeExtension(Output, ".plan.json")) == Path.GetFullPath(Plan))
        {
            throw new UsageException($"the plan of the output would replace {Plan}, which training begins with; give another output.");
        }

        if (Metric is { } metric && !metric.CountsImages() && metric is not (MetricKind.OutputKl or MetricKind.OutputSqnr))
        {
            throw new UsageException(
                $"--metric is {metric.Word()}, but fine-tuning trains on labels of classes, by which {metric.Word()} says nothing; give "
                + "top1, top5, output-kl or output-sqnr.");
        }

        OutputPlace.RequireNewNetwork(Output, Model, "tuned.onnx", Force);
        Options.Device.RequireUsable();
    }

    /// <summary>The plan as a request for `quantize`.</summary>
    public QuantizeRequest AsQuantize => new()
    {
        Model = Model,
        Plan = Plan,
        Calibration = CalibrationFolder,
        Evaluation = Evaluation,
        Metric = Metric == MetricKind.Top5 ? Metric : null, // labels are needed anyway
        Preprocess = Preprocess,
        Given = Given,
        Output = Output
    };
}
