using Cluster.Cli.Verbs;
using Cluster.Cli.Verbs.Layers;

namespace Cluster.Cli;

/// <summary>The whole command line: its verbs, and the error for anything else.</summary>
internal static class ClusterCommand
{
    // How long an interrupted command may take to finish its image batch and its journal line.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(30);

    public static RootCommand Create()
    {
        var root = new RootCommand(CommandHelp.Describe(
            "Finds, for an FP32 ONNX network, the fastest mixed-precision INT8 quantization that is accurate enough, "
            + "measured on the file it writes.",
            "demo",
            "run --model net.onnx --data folder:calib --eval folder:val,labels=val.csv --max-drop 0.5% -o OUT",
            "quantize --model net.onnx --method kl --data folder:calib -o net.qdq.onnx",
            "inspect net.onnx",
            "doctor"))
        {
            RunCommand.Create(),
            DemoCommand.Create(),
            QuantizeCommand.Create(),
            SmoothCommand.Create(),
            DequantizeCommand.Create(),
            FineTuneCommand.Create(),
            SensitivityCommand.Create(),
            ErrorsCommand.Create(),
            SolveCommand.Create(),
            CompareCommand.Create(),
            ExplainCommand.Create(),
            ReplayCommand.Create(),
            WatchWinnerCommand.Create(),
            InspectCommand.Create(),
            DataCommands.Create(),
            DoctorCommand.Create(),
        };
        DataRootOption.Install(root);
        CommandHelp.Install(root, OtherVerbs.Help());
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        CommandRunner.RunAsync(Create(), args, EndingTime, output, error);
}
