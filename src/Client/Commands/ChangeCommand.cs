using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Terminal;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Client.Commands;

/// <summary>A command that changes an object on the server and prints its new state.</summary>
internal static class ChangeCommand
{
    /// <param name="thing">The kind of object.</param>
    /// <param name="parse">Parses the object's name from the argument.</param>
    /// <param name="call">Starts the call for that name.</param>
    /// <param name="line">The new state in words.</param>
    /// <param name="more">Further options.</param>
    public static Command Create<T>(
        ClientContext context,
        string verb,
        string[] examples,
        Argument<string> thing,
        Func<string, string> parse,
        Func<ServerConnection, string, CallOptions, ParseResult, AsyncUnaryCall<T>> call,
        Func<T, string> line,
        params Option[] more)
        where T : IMessage
    {
        var remote = new RemoteOptions(context);
        var command = new Command(verb, CommandHelp.Describe(OtherVerbs.What(verb), examples)) { thing };
        foreach (var option in more)
        {
            command.Options.Add(option);
        }

        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            string name = parse(parsed.GetRequiredValue(thing));
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            var changed = await server.CallAsync(options => call(server, name, options, parsed), cancellation);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, changed);
            }
            else
            {
                CommandConsole.Line(CommandConsole.For(streams.Output), line(changed));
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
