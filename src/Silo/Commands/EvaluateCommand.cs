using System.IO.Pipes;

namespace Cluster.Silo.Commands;

/// <summary>`cluster evaluate`: the child that a silo starts for each device slot; not for users.</summary>
internal static class EvaluateCommand
{
    public static Command Create(BenchMaker bench)
    {
        var requests = new Option<string>(ChildCommand.Requests)
        {
            Description = "the inherited pipe that requests come from",
            Required = true
        };
        var replies = new Option<string>(ChildCommand.Replies) { Description = "the inherited pipe that replies go to", Required = true };
        var parent = new Option<int>(ChildCommand.Parent) { Description = "the silo's process id", Required = true };
        var command = new Command(ChildCommand.Verb, "Do the work of one device slot, for the silo that starts it.")
        {
            requests, replies, parent
        };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            if (!LinuxProcess.BecomeChild(parsed.GetValue(parent)))
            {
                return ExitCode.Unavailable;
            }

            // When memory runs out, the system should kill this process rather than its silo.
            LinuxProcess.OfferForMemory();
            await using var input = new AnonymousPipeClientStream(PipeDirection.In, parsed.GetRequiredValue(requests));
            await using var output = new AnonymousPipeClientStream(PipeDirection.Out, parsed.GetRequiredValue(replies));
            using var child = new EvaluatorChild(input, output, bench);
            await child.RunAsync();
            return ExitCode.Done;
        });
        return command;
    }
}
