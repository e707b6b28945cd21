using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Transfers;
using Cluster.Client.Views;
using Cluster.Client.Watching;
using Cluster.Contract.V1;
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
            return await RunAsync(request, server, isJson, parsed.InvocationConfiguration, cancellation);
        }));
        return command;
    }

    private static async Task<int> RunAsync(
        SubmitRequest request, ServerConnection server, bool isJson, InvocationConfiguration streams, CancellationToken cancellation)
    {
        var uploader = new Uploader(server, streams.Error, ReferenceEquals(streams.Error, Console.Error) && StandardStreams.IsError);
        var create = new CreateJobRequest
        {
            Spec = await new JobSpecBuilder(uploader, Environment.CurrentDirectory).BuildAsync(request, cancellation),
            DisplayName = request.Name,
            RequestId = request.RequestId.ToString("D"),
            ValidateOnly = request.DryRun,
        };
        if (!request.DryRun)
        {
            Say(streams, $"request id {create.RequestId} (submitting again with --request-id makes no second job)");
        }

        CreateJobResponse response;
        try
        {
            response = await server.CallAsync(options => server.Jobs.CreateJobAsync(create, options), cancellation);
        }
        catch (OperationCanceledException) when (!request.DryRun)
        {
            Say(
                streams,
                "interrupted; whether there is a job now is not known: submit again with --request-id "
                + $"{create.RequestId} and there is one.");
            return ExitCode.Interrupted;
        }

        if (request.DryRun)
        {
            return await TellAsync(
                response, isJson, streams, console => EstimateTable.Write(console, response.Estimate ?? new JobEstimate()));
        }

        string name = response.Job.Name;
        if (request.Watch)
        {
            Say(streams, $"submitted {name}");
            return await new WatchSession(server, streams, isJson).RunAsync(name, after: 0, cancellation);
        }

        int code = await TellAsync(response, isJson, streams, console => CommandConsole.Line(console, name));
        Say(streams, $"follow it with ./cluster watch {name}");
        return code;
    }

    private static async Task<int> TellAsync(
        CreateJobResponse response, bool isJson, InvocationConfiguration streams, Action<Spectre.Console.IAnsiConsole> write)
    {
        if (isJson)
        {
            await JsonOutput.WriteAsync(streams.Output, response);
        }
        else
        {
            write(CommandConsole.For(streams.Output));
        }

        return ExitCode.Done;
    }

    private static void Say(InvocationConfiguration streams, string sentence) =>
        streams.Error.WriteLine($"cluster: {VisibleText.Clean(sentence)}");
}
