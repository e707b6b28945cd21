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

    [Fact]
    public void Write_WarningsThatAreRepeated_AreToldOnceAMinuteWithTheirNumber()
    {
        var time = new ManualTime();
        var console = new VisibleConsole(time);

        Written("Orleans.Reminders", "The range 1 cannot be read.").ShouldEndWith("The range 1 cannot be read.\n");
        Written("Orleans.Reminders", "The range 2 cannot be read.").ShouldBeEmpty();
        Written("Orleans.Membership", "The table cannot be read.").ShouldNotBeEmpty("another library");
        Written("Cluster.Jobs", "Job 1 waits.").ShouldNotBeEmpty();
        Written("Cluster.Jobs", "Job 1 waits.").ShouldBeEmpty();
        Written("Cluster.Jobs", "Job 2 waits.").ShouldNotBeEmpty("another of our texts");
        Written("Orleans.Reminders", "The range 3 was read.", LogLevel.Information).ShouldNotBeEmpty();

        time.Advance(TimeSpan.FromMinutes(1));
        Written("Orleans.Reminders", "The range 1 cannot be read.").ShouldEndWith("read. (1 more since it was last told)\n");
        time.Advance(TimeSpan.FromMinutes(1));
        Written("Orleans.Reminders", "The range 1 cannot be read.").ShouldEndWith("read.\n");

        string Written(string category, string text, LogLevel level = LogLevel.Warning)
        {
            using var written = new StringWriter();
            var entry = new LogEntry<string>(level, category, new EventId(7), text, exception: null, static (state, _) => state);
            console.Write(entry, scopeProvider: null, written);
            return written.ToString();
        }
    }
}
