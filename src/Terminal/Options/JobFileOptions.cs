using Cluster.Coordinator.Model;

namespace Cluster.Terminal.Options;

/// <summary>
/// The options that name a job's files, the same for `run`, `submit` and the steps that search nothing. A symbol belongs to one command, so
/// each call makes a new one.
/// </summary>
public sealed class JobFileOptions
{
    private readonly InputOption _model = Model();
    private readonly InputOption _preprocess = Preprocess();

    /// <summary>Calibration images; null: the command takes none, like the next three.</summary>
    public InputOption? Calibration { get; init; }

    /// <summary>Evaluation images.</summary>
    public InputOption? Judged { get; init; }

    /// <summary>Test images.</summary>
    public InputOption? Test { get; init; }

    /// <summary>Training images.</summary>
    public InputOption? Training { get; init; }

    /// <summary>All that there are, in the order of the help.</summary>
    public IEnumerable<Option> All =>
        new Option?[] { _model, Calibration, Judged, Test, Training, _preprocess }.OfType<Option>();

    /// <summary>Those of a search.</summary>
    public static JobFileOptions OfASearch() => new()
    {
        Calibration = Data(
            required: true, "calibration images; without --eval they are split, seeded, into calibration and evaluation"),
        Judged = Evaluation("labelled images that the search decides on"),
        Test = Images("--test", "labelled images used once, for the winner", required: false),
        Training = Images(
            "--train", "labelled images to fine-tune the winner on; one in twenty is kept aside to choose the best epoch", required: false),
    };

    /// <summary>The FP32 network.</summary>
    public static InputOption Model() =>
        new("--model", isData: false) { Description = "FP32 network, an ONNX file", HelpName = "FILE.onnx", Required = true };

    /// <summary>Calibration images.</summary>
    public static InputOption Data(bool required, string description = "calibration images; labels are ignored") =>
        Images("--data", description, required);

    /// <summary>Evaluation images.</summary>
    public static InputOption Evaluation(string description, bool required = false) => Images("--eval", description, required);

    /// <summary>Images of any role.</summary>
    public static InputOption Images(string name, string description, bool required) =>
        new(name, isData: true) { Description = description, HelpName = "SPEC", Required = required };

    /// <summary>The preprocessing of images.</summary>
    public static InputOption Preprocess() => new("--preprocess", isData: false)
    {
        Description = "preprocessing (default: MODEL.preprocess.json beside the model)",
        HelpName = "FILE.json",
    };

    /// <summary>The files that a command line names.</summary>
    public JobInputs Read(ParseResult parsed)
    {
        DataLocation? Of(InputOption? option) => option is null ? null : parsed.GetValue(option);
        return new JobInputs
        {
            Model = parsed.GetRequiredValue(_model)!,
            Calibration = Of(Calibration),
            Evaluation = Of(Judged),
            Test = Of(Test),
            Training = Of(Training),
            Preprocess = parsed.GetValue(_preprocess),
        };
    }
}
