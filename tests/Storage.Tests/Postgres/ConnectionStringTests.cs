namespace Cluster.Storage.Tests.Postgres;

/// <summary>What is said of a connection string before anything is connected to; a check and a start say the same.</summary>
public sealed class ConnectionStringTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("Target Session Attributes", "primary")]
    [InlineData("Multiplexing", "true")]
    [InlineData("Encoding", "UTF9")]
    [InlineData("Minimum Pool Size", "20")]
    public async Task Describe_SettingThatTheDriverRefusesLater_NamesIt(string setting, string value)
    {
        string connection = $"Host=nowhere;Username=a;Password={Secret};{setting}={value}";

        var described = Should.Throw<JobException>(() => PostgresJobStore.Describe(connection));
        var opened = await Should.ThrowAsync<JobException>(
            () => PostgresJobStore.OpenAsync(connection, time: null, TestContext.Current.CancellationToken));

        described.Message.ShouldBe(
            $"The connection string of PostgreSQL has '{setting}', which its driver refuses beside what else is there: leave it out, or "
            + "correct it.");
        (described.FailsOn, opened.FailsOn, opened.Message).ShouldBe((JobFault.Request, JobFault.Request, described.Message));
    }

    [Theory]
    [InlineData("Host=")]
    [InlineData("Hosts=db")]
    [InlineData("Host=db;Port=many")]
    public void Describe_NoConnectionString_SaysWhatOneIs(string connection) => Should.Throw<JobException>(
        () => PostgresJobStore.Describe($"{connection};Password={Secret}")).Message.ShouldBe(
        "The connection string of PostgreSQL is not understood where \"Host=…;Port=5432;Database=…;Username=…;Password=…\" is expected: "
        + "correct it.");

    [Theory]
    [InlineData("Host=db;Database=jobs", "PostgreSQL at db:5432, database jobs")]
    [InlineData("Host=db;Port=5433;Database=jobs", "PostgreSQL at db:5433, database jobs")]
    [InlineData("Host=a:5433,b:5434;Database=jobs", "PostgreSQL at a:5433,b:5434, database jobs")]
    [InlineData("Host=a,b:5434;Database=jobs;Target Session Attributes=primary", "PostgreSQL at a:5432,b:5434, database jobs")]
    [InlineData("Host=[::1]:5433,[::2];Database=jobs", "PostgreSQL at [::1]:5433,[::2]:5432, database jobs")]
    public void Describe_Hosts_HaveOnePortEach(string connection, string expected) =>
        PostgresJobStore.Describe(connection).ShouldBe(expected);
}
