using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>`cluster submit`.</summary>
internal static class SubmitCommand
{
    public static Command Create(ClientContext context)
    {
        var options = new SubmitOptions();
        var remote = new RemoteOptions(context);
        var command = new Command("submit", CommandHelp.Describe(
            $"{OtherVerbs.What("submit")} Prints the job's name. Files that the server has are not uploaded again.",
            "submit --model net.onnx --data folder:calib --eval folder:val,labels=val.csv --watch",
            "submit --model net.onnx --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --dry-run",
            "submit --model net.onnx --data folder:calib --target onnxruntime-cpu,libtorch-cuda",
            "submit --model net.onnx --data folder:/mnt/calib --shared-paths --server https://cluster.example:5180"));
        options.AddTo(command);
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            var request = options.Request(parsed);
            bool isJson = remote.IsJson(parsed);
            foreach (string warning in options.Warnings(parsed))
            {
                Say(parsed.InvocationConfiguration, $"warning: {warning}");
            }

            using var server = remote.Connect(parsed);
            return await new Submission(request, server, isJson, parsed.InvocationConfiguration).RunAsync(cancellation);
        }));
        return command;
    }

    private static void Say(InvocationConfiguration streams, string sentence) =>
        streams.Error.WriteLine($"cluster: {VisibleText.Clean(sentence)}");
}
