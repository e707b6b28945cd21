using Orleans.Runtime;

namespace Cluster.OrleansTests;

public sealed class EnumerationTests(SiloFixture silo)
{
    private readonly IEventsGrain _grain = silo.Grains.GetGrain<IEventsGrain>(Gate.New());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(250)]
    public async Task Enumeration_AnyLength_GivesEachElementOnceInOrder(int count)
    {
        var numbers = new List<int>();
        await foreach (var payload in _grain.CountAsync(5, count).WithBatchSize(7))
        {
            numbers.Add(payload.Numbers.ShouldHaveSingleItem());
        }

        numbers.ShouldBe(Enumerable.Range(5, count));
    }

    [Fact]
    public async Task Enumeration_Twice_RunsTwice()
    {
        var events = _grain.CountAsync(0, 3);

        (await LengthAsync(events)).ShouldBe(3);
        (await LengthAsync(events)).ShouldBe(3);
    }

    [Fact]
    public async Task Enumeration_FailsMidway_GivesWhatCameBeforeThenTheException()
    {
        var numbers = new List<int>();
        var failure = await Should.ThrowAsync<InvalidDataException>(async () =>
        {
            await foreach (var number in _grain.FailAfterAsync(5))
            {
                numbers.Add(number);
            }
        });

        failure.Message.ShouldBe("the journal ends here");
        numbers.ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Enumeration_WaitsForItsNext_DoesNotBlockTheGrain()
    {
        var gate = Gate.New();
        await using var events = _grain.EndlessAsync(gate).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await events.MoveNextAsync()).ShouldBeTrue();
        await Gate.PassedAsync(gate + " waits");

        (await _grain.PingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Enumeration_Cancelled_EndsAtTheGrainToo()
    {
        var gate = Gate.New();
        using var source = new CancellationTokenSource();
        var reading = LengthAsync(_grain.EndlessAsync(gate, source.Token));
        await Gate.PassedAsync(gate + " waits");

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
        await Gate.PassedAsync(gate + " closed");
    }

    [Fact]
    public async Task Enumeration_LeftEarly_IsClosedAtTheGrain()
    {
        var gate = Gate.New();
        await foreach (var number in _grain.EndlessAsync(gate))
        {
            number.ShouldBe(1);
            break;
        }

        await Gate.PassedAsync(gate + " closed");
    }

    [Fact]
    public async Task Enumeration_GrainLeaves_IsAborted()
    {
        var gate = Gate.New();
        var reading = LengthAsync(_grain.EndlessAsync(gate));
        await Gate.PassedAsync(gate + " waits");

        await _grain.LeaveAsync();

        await Should.ThrowAsync<EnumerationAbortedException>(reading);
        await Gate.PassedAsync(gate + " closed");
    }

    private static async Task<int> LengthAsync<T>(IAsyncEnumerable<T> events)
    {
        var length = 0;
        await foreach (var _ in events)
        {
            length++;
        }

        return length;
    }
}
