using Cluster.Evaluation.Doctor;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster doctor`: what the program needs, what this machine has, and how to get the rest.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var output = CommonOptions.Output("FOLDER", "folder whose free space is checked (default: the current one)", required: false);
        var command = new Command("doctor", CommandHelp.Describe(
            "Check what this machine has: libtorch, ONNX Runtime and its execution providers, "
            + "processor, memory, disk, data. Ends with 1 if something needed is missing.",
            "doctor",
            "doctor --json"))
        {
            json, output,
        };
        command.SetAction((parsed, _) => CommandErrors.RunAsync(parsed, () => RunAsync(
            parsed.GetValue(json), parsed.GetValue(output) ?? Environment.CurrentDirectory, parsed.InvocationConfiguration.Output)));
        return command;
    }

    private static async Task<int> RunAsync(bool json, string output, TextWriter writer)
    {
        var findings = Checkup.Run(output);
        await CommandReport.WriteAsync(writer, json, findings, (_, all) =>
        {
            foreach (var finding in all)
            {
                string remedy = finding.Remedy is { } text ? $" -> {text}" : "";
                writer.WriteLine($"{finding.Level.ToString().ToUpperInvariant(),-4}  {finding.What,-18}  {finding.Found}{remedy}");
            }
        });
        return findings.Any(finding => finding.Level == FindingLevel.Fail) ? ExitCode.Failed : ExitCode.Done;
    }
}
