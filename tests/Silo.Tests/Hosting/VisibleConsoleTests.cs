using Cluster.Silo.Hosting;
using Cluster.Tests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Silo.Tests.Hosting;

public sealed class VisibleConsoleTests
{
    [Fact]
    public void Write_TextThatControlsATerminal_IsVisibleAndOneLine()
    {
        const string Category = "Grpc.AspNetCore.Server.ServerCallHandler";
        var time = new ManualTime();
        var entry = new LogEntry<string>(
            LogLevel.Information,
            Category,
            new EventId(7),
            "The name is \"jobs/\u001b[31m\u0007\r\n12:00:00.000 info: forged\u202e\".",
            new InvalidOperationException("of\u001b]0;title"),
            static (state, _) => state);
        using var written = new StringWriter();

        new VisibleConsole(time).Write(entry, scopeProvider: null, written);

        written.ToString().ShouldStartWith($"{time.GetUtcNow():HH:mm:ss.fff} info: {Category}[7] The name is \"jobs/\uFFFD[31m\uFFFD");
        written.ToString().ShouldContain("InvalidOperationException: of\uFFFD]0;title");
        written.ToString().TrimEnd('\n').Any(char.IsControl).ShouldBeFalse();
        written.ToString().ShouldNotContain("\u202e");
    }
}
