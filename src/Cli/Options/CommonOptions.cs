using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Data;
using Cluster.Kernels.Tensors;
using Cluster.Terminal;
using Cluster.Terminal.Options;

namespace Cluster.Cli.Options;

/// <summary>
/// Options that several commands share, with one name, one meaning and one check. A symbol belongs to one command, so each call makes a new
/// one. Checks that need only the text are made here, so a wrong value is a usage error before any work.
/// </summary>
internal static class CommonOptions
{
    public static InputOption Model() =>
        new("--model", isData: false) { Description = "FP32 network, an ONNX file", HelpName = "FILE.onnx", Required = true };

    /// <summary>Calibration images.</summary>
    public static InputOption Data(bool required, string description = "calibration images; labels are ignored") =>
        Images("--data", description, required);

    /// <summary>Evaluation images.</summary>
    public static InputOption Evaluation(string description = "labelled images that accuracy is measured on") =>
        Images("--eval", description, required: false);

    public static InputOption Images(string name, string description, bool required) =>
        new(name, isData: true) { Description = description, HelpName = "SPEC", Required = required };

    public static InputOption Preprocess() => new("--preprocess", isData: false)
    {
        Description = "preprocessing (default: MODEL.preprocess.json beside the model)",
        HelpName = "FILE.json",
    };

    public static InputOption File(string name, string helpName, string description) =>
        new(name, isData: false) { Description = description, HelpName = helpName };

    public static Option<int> Batch() => JobOptionSymbols.NewBatch();

    public static Option<int> Threads() => JobOptionSymbols.NewThreads();

    /// <summary>A number of bits from 2 to 8; null if not given.</summary>
    public static Option<int?> Bits(string name, string description)
    {
        var option = new Option<int?>(name) { Description = $"{description}, 2 to 8 (default: 8)", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..]
                && int.TryParse(text, CultureInfo.InvariantCulture, out int bits)
                && bits is < 2 or > 8)
            {
                result.AddError($"{name} is {text}; 2 to 8 is expected.");
            }
        });
        return option;
    }

    public static Option<string?> Method(string description)
    {
        var option = new Option<string?>("--method") { Description = description, HelpName = "METHOD" };
        option.Validators.Add(result => Check(result, text => CalibrationMethod.Parse(text)));
        return option;
    }

    /// <summary>Groups that a single step keeps in FP32, as typed; see KeptGroups.</summary>
    public static Option<string[]> KeepFloat32() => new("--keep-fp32")
    {
        Description = "groups that stay in FP32: names, patterns (*, ?) or indexes as inspect prints them, separated by commas",
        HelpName = "GROUP[,GROUP…]",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The device for learning; null if not given.</summary>
    public static Option<string?> Device(string description)
    {
        var option = new Option<string?>("--device")
        {
            Description = $"{description}: cpu, cuda (the first GPU) or cuda:N (default: cpu)",
            HelpName = "DEVICE"
        };
        option.Validators.Add(result => Check(result, text => ComputeDevice.Parse(text)));
        return option;
    }

    public static Option<bool> Json(string description = "print JSON on standard output") => new("--json") { Description = description };

    public static Option<long?> Memory() => QuantityOptions.Bytes(
        WorkingMemory.Limit,
        "what the process should stay below, e.g. 3GB; more is kept on disk, the result is the same (default: half of the machine's)");

    public static Option<string?> Output(string helpName, string description, bool required) =>
        new("--output", "-o") { Description = description, HelpName = helpName, Required = required };

    public static Option<bool> Force() => new("--force") { Description = "replace an output that exists" };

    private static void Check(OptionResult result, Action<string> parse)
    {
        try
        {
            if (result.Tokens is [{ Value: var text }, ..])
            {
                parse(text);
            }
        }
        catch (KernelException failure)
        {
            result.AddError(failure.Message);
        }
    }
}
