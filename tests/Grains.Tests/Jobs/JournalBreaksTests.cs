namespace Cluster.Grains.Tests.Jobs;

public sealed class JournalBreaksTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Journal_ThatCannotBeWrittenTwice_IsOpenedAgainByTheJobItselfThoughNobodyAsks()
    {
        // All jobs are looked at once, when the silo starts; later only those that could not be begun.
        var options = TestSilo.Quick with { FirstSuspension = TimeSpan.FromMilliseconds(20) };
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1), options: options);
        var appends = 0;
        silo.Appending = () =>
        {
            if (Interlocked.Increment(ref appends) is 3 or 4)
            {
                throw new IOException("The disk is away.");
            }
        };

        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        await silo.ListedAsync("j-1", JobStatus.Succeeded);

        appends.ShouldBeGreaterThan(4);
    }
}
