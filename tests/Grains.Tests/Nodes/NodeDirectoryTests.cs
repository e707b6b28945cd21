namespace Cluster.Grains.Tests.Nodes;

public sealed class NodeDirectoryTests
{
    private static readonly GrainOptions Options = new() { AnnounceEvery = TimeSpan.FromSeconds(1), LongestWait = TimeSpan.FromSeconds(2) };
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly ManualTime _time = new();
    private readonly NodeDirectory _directory;

    public NodeDirectoryTests() => _directory = new NodeDirectory(_time, Options);

    [Fact]
    public async Task Acquire_GivenUpWhileItWaits_TakesNoSlot()
    {
        using var stop = new CancellationTokenSource();
        var givenUp = AcquireAsync(Request("job"), token: stop.Token);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(givenUp);
        _directory.Announce(Node("a", 1));

        (await AcquireAsync(Request("other"))).ShouldNotBeNull();
    }

    [Fact]
    public async Task Acquire_SeveralFreeNodes_PrefersHolderThenFreest()
    {
        _directory.Announce(Node("a", 3));
        _directory.Announce(Node("b", 1) with { Holds = ["model"] });

        (await AcquireAsync(Request("job") with { Affinity = "model" })).ShouldNotBeNull().Node.ShouldBe("b");
        (await AcquireAsync(Request("job") with { Affinity = "model" })).ShouldNotBeNull().Node.ShouldBe("a");
    }

    [Fact]
    public async Task Acquire_BesideANode_LeavesOutAllOfItsMachine()
    {
        _directory.Announce(Node("a", 1) with { Machine = "m1" });
        _directory.Announce(Node("b", 9) with { Machine = "m1" });
        var beside = Request("job") with { IsSpare = true, Beside = ["a"] };
        (await AcquireAsync(beside, wait: TimeSpan.Zero)).ShouldBeNull();

        _directory.Announce(Node("c", 1) with { Machine = "m2" });
        _directory.Announce(Node("d", 1));

        (await AcquireAsync(beside)).ShouldNotBeNull().Node.ShouldBe("c");
        (await AcquireAsync(beside with { Beside = ["a", "c", "d"] }, wait: TimeSpan.Zero)).ShouldBeNull();
    }

    [Fact]
    public async Task Release_TwoJobsWait_ServesTheOneThatHasFewerSlots()
    {
        _directory.Announce(Node("a", 2));
        var first = (await AcquireAsync(Request("big"))).ShouldNotBeNull();
        await AcquireAsync(Request("big"));
        var big = AcquireAsync(Request("big"));
        var small = AcquireAsync(Request("small"));

        _directory.Release(first);

        (await small).ShouldNotBeNull();
        big.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Release_MoreJobsThanSlots_EachHasItsTurn()
    {
        string[] jobs = ["first", "second", "third"];
        _directory.Announce(Node("a", 1));

        // Each has all its requests in the list, the first job's before those of the others.
        var waiting = jobs
            .SelectMany(job => Enumerable.Range(0, 4).Select(_ => (Job: job, Asked: AcquireAsync(Request(job)))))
            .ToList();
        List<string> served = [];
        while (waiting.Count > 0)
        {
            var granted = await Task.WhenAny(waiting.Select(request => request.Asked));
            var next = waiting.Find(request => request.Asked == granted);
            waiting.Remove(next);
            served.Add(next.Job);
            _directory.Release((await granted).ShouldNotBeNull());
        }

        served.ShouldBe([.. jobs, .. jobs, .. jobs, .. jobs]);
    }

    [Fact]
    public async Task Release_OneJobAmongManyOfAnotherTenant_GetsEverySecondSlot()
    {
        _directory.Announce(Node("a", 1));
        var waiting = Enumerable.Range(0, 500).Select(job => (Job: $"many-{job}", Tenant: "many"))
            .Concat(Enumerable.Repeat((Job: "one-1", Tenant: "one"), 4))
            .Select(wanted => (wanted.Tenant, Asked: AcquireAsync(Request(wanted.Job) with { Tenant = wanted.Tenant })))
            .ToList();

        List<string> served = [];
        while (served.Count < 9)
        {
            var granted = await Task.WhenAny(waiting.Select(request => request.Asked));
            var next = waiting.Find(request => request.Asked == granted);
            waiting.Remove(next);
            served.Add(next.Tenant);
            _directory.Release((await granted).ShouldNotBeNull());
        }

        served.ShouldBe(["many", "one", "many", "one", "many", "one", "many", "one", "many"]);
    }

    [Fact]
    public async Task Release_ATenantWithFewerSlots_IsServedBeforeJobsWithNone()
    {
        _directory.Announce(Node("a", 3));
        var first = (await AcquireAsync(Request("many-1") with { Tenant = "many" })).ShouldNotBeNull();
        await AcquireAsync(Request("many-2") with { Tenant = "many" });
        await AcquireAsync(Request("one-1") with { Tenant = "one" });
        var many = AcquireAsync(Request("many-3") with { Tenant = "many" });
        var one = AcquireAsync(Request("one-1") with { Tenant = "one" });

        // Both tenants hold one then, and "many" had its turn longer ago.
        _directory.Release(first);
        (await many).ShouldNotBeNull();
        _directory.Release((await many)!);

        (await one).ShouldNotBeNull();
    }

    [Fact]
    public async Task Announce_NewDirectory_CountsRunningWorkOfTenant()
    {
        SlotStatus busy = new() { Device = "cpu:0", DeviceClass = "none", Grant = "g", Job = "many-1", Tenant = "many" };
        var status = Node("a", 2);
        _directory.Announce(status with { Slots = [busy, status.Slots[1] with { Grant = "h", Job = "one-1", Tenant = "one" }] });
        var many = AcquireAsync(Request("many-2") with { Tenant = "many" });
        var one = AcquireAsync(Request("one-2") with { Tenant = "one" });

        // The slot of "one" is free: it has none, and "many" has one.
        _directory.Announce(status with { Slots = [busy, status.Slots[1]] });

        (await one).ShouldNotBeNull();
        many.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Release_OfAnOldGrant_ChangesNothing()
    {
        _directory.Announce(Node("a", 1));
        var first = (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        _directory.Release(first);
        await AcquireAsync(Request("job"));
        var waiting = AcquireAsync(Request("job"));

        _directory.Release(first);

        waiting.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Announce_LostGrant_IsRevokedAfterGrace()
    {
        _directory.Announce(Node("a", 1));
        await AcquireAsync(Request("job"));
        _time.Advance(TimeSpan.FromSeconds(4));
        var waiting = AcquireAsync(Request("job"), TimeSpan.FromSeconds(60));

        _directory.Announce(Node("a", 1));
        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1.5));
        _directory.Announce(Node("a", 1));

        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task Announce_EndedGrant_IsRevokedAtOnce()
    {
        _directory.Announce(Node("a", 1));
        var grant = (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        _directory.Announce(Node("a", 1, grant));
        var waiting = AcquireAsync(Request("job"));

        _directory.Announce(Node("a", 1));

        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task Announce_AfterTheDirectoryWasLost_BusySlotsStayBusy()
    {
        _directory.Announce(Node("a", 1, new SlotGrant("of the one before", "a", 0, "cpu:0")));

        var waiting = AcquireAsync(Request("job"));

        waiting.IsCompleted.ShouldBeFalse();
        _directory.Release(new SlotGrant("of the one before", "a", 0, "cpu:0"));
        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task Announce_StaleMessage_DoesNotRetakeSlot()
    {
        _directory.Announce(Node("a", 1));
        var grant = (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        _directory.Release(grant);

        _directory.Announce(Node("a", 1, grant));

        (await AcquireAsync(Request("job"))).ShouldNotBeNull();
    }

    [Fact]
    public void Acquire_ASuspectOrDrainingNode_GivesNothing()
    {
        _directory.Announce(Node("a", 1));
        _time.Advance(TimeSpan.FromSeconds(3.5));
        _directory.Announce(Node("b", 1) with { IsDraining = true });

        AcquireAsync(Request("job")).IsCompleted.ShouldBeFalse();
        _directory.Explain(Request("job")).ShouldBe("Of 2 nodes, 1 being drained, 1 silent.");
    }

    [Fact]
    public async Task AcquireAlone_ABusyNode_IsKeptFreeForItAcrossItsRequests()
    {
        _directory.Announce(Node("a", 2));
        var one = (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        var two = (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        var alone = AcquireAsync(Request("job") with { Alone = true });
        var other = AcquireAsync(Request("other"), TimeSpan.FromSeconds(60));
        _directory.Release(one);
        other.IsCompleted.ShouldBeFalse();

        _time.Advance(Wait);
        (await alone).ShouldBeNull();
        _directory.Announce(Node("a", 2, null, two));
        alone = AcquireAsync(Request("job") with { Alone = true });
        other.IsCompleted.ShouldBeFalse();
        _directory.Release(two);

        var grant = (await alone).ShouldNotBeNull();
        other.IsCompleted.ShouldBeFalse();
        _directory.Release(grant);
        (await other).ShouldNotBeNull();
    }

    [Fact]
    public async Task AcquireAlone_NoRenewal_ReleasesNode()
    {
        _directory.Announce(Node("a", 2));
        var busy = (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        var alone = AcquireAsync(Request("job") with { Alone = true });
        var other = AcquireAsync(Request("other"), TimeSpan.FromSeconds(60));
        _time.Advance(Wait);
        (await alone).ShouldBeNull();
        other.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromSeconds(2.5));
        _directory.Announce(Node("a", 2, busy));

        (await other).ShouldNotBeNull();
    }

    [Fact]
    public void Leave_ANode_IsForgotten()
    {
        _directory.Announce(Node("a", 1));

        _directory.Leave("a");

        _directory.Explain(Request("job")).ShouldBe("There is no node.");
        AcquireAsync(Request("job")).IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("version", "1 of another version (2 where the job was made for 1)")]
    [InlineData("cordoned", "1 cordoned")]
    [InlineData("drained", "1 being drained")]
    [InlineData("left out", "1 excluded after failing the job's work repeatedly")]
    [InlineData("device", "1 with devices that fail")]
    [InlineData("host", "1 with other processors (avx2 where the job was made for avx512)")]
    public void Acquire_UnsuitableNode_GivesNoneWithReason(string why, string explained)
    {
        var node = Node("a", 1) with { Versions = "1" };
        var request = Request("job") with { Versions = "1", Needs = new SlotNeeds { Host = "avx2" } };
        (node, request) = why switch
        {
            "version" => (node with { Versions = "2" }, request),
            "cordoned" => (node with { IsCordoned = true }, request),
            "drained" => (node with { IsDraining = true }, request),
            "left out" => (node, request with { Excluded = ["a"] }),
            "device" => (node with { Slots = [node.Slots[0] with { IsExcluded = true }] }, request),
            _ => (node, request with { Needs = new SlotNeeds { Host = "avx512" } }),
        };
        _directory.Announce(node);

        AcquireAsync(request).IsCompleted.ShouldBeFalse();
        _directory.Explain(request).ShouldBe($"Of 1 node, {explained}.");
        _directory.Announce(Node("b", 1) with
        {
            Versions = "1",
            Slots = [new SlotStatus { Device = "cpu:0", DeviceClass = request.Needs!.Host, Host = request.Needs.Host }]
        });
        _directory.Explain(request).ShouldBeNull("another node came");
    }

    [Fact]
    public void Announce_NewDirectory_ExclusiveWorkKeepsNode()
    {
        var node = Node("a", 2);
        _directory.Announce(node with { Slots = [node.Slots[0] with { Grant = "g", Job = "poison", Alone = true }, node.Slots[1]] });

        AcquireAsync(Request("job")).IsCompleted.ShouldBeFalse();
        _directory.Announce(node);
        AcquireAsync(Request("job")).IsCompleted.ShouldBeTrue("it has ended");
    }

    [Fact]
    public async Task List_NodeThatDied_IsForgottenWithTheSlotsThatItHeld()
    {
        _directory.Announce(Node("a", 2));
        await AcquireAsync(Request("one"));
        _time.Advance(TimeSpan.FromSeconds(31));
        _directory.Announce(Node("b", 1));

        // Job one's grant went with its node, so of two that wait the older one is served, which is job one's.
        var first = AcquireAsync(Request("one"));
        (await first).ShouldNotBeNull().Node.ShouldBe("b");
    }

    [Fact]
    public async Task Acquire_HundredsWaitForOneSlot_EachGetsItInTurn()
    {
        _directory.Announce(Node("a", 1));
        var asked = Enumerable.Range(0, 300).Select(_ => AcquireAsync(Request("job"), TimeSpan.FromMinutes(1))).ToArray();

        foreach (var request in asked)
        {
            _directory.Release((await request).ShouldNotBeNull());
        }

        _directory.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Acquire_Speculation_LeavesQuarterOfSlotsFree()
    {
        var spare = Request("one") with { IsSpare = true, IsSpeculative = true };
        _directory.Announce(Node("a", 4));
        for (var i = 0; i < 3; i++)
        {
            (await AcquireAsync(spare)).ShouldNotBeNull();
        }

        var last = AcquireAsync(spare);
        last.IsCompleted.ShouldBeFalse();
        (await AcquireAsync(Request("two"))).ShouldNotBeNull();
        last.IsCompleted.ShouldBeFalse();
        _time.Advance(Wait);
        (await last).ShouldBeNull();
    }

    [Fact]
    public async Task Acquire_HedgeAndSpeculation_HedgeTakesLastQuarterFirst()
    {
        var second = Request("one") with { IsSpare = true };
        _directory.Announce(Node("a", 8));
        for (var i = 0; i < 6; i++)
        {
            (await AcquireAsync(Request("one"))).ShouldNotBeNull();
        }

        var ahead = AcquireAsync(second with { IsSpeculative = true });
        (await AcquireAsync(second)).ShouldNotBeNull();
        var next = AcquireAsync(second);

        _time.Advance(Wait);

        (await ahead).ShouldBeNull("no quarter would be left");
        (await next).ShouldBeNull("less than a quarter is free");
    }

    [Fact]
    public async Task Acquire_ASlowSlotIsFree_WaitsForAQuickOneWhereThereIsOne()
    {
        var request = Request("one") with { Slow = ["a/cpu:0"] };
        _directory.Announce(Node("a", 1));
        _directory.Announce(Node("b", 1));
        var quick = (await AcquireAsync(request)).ShouldNotBeNull();
        quick.Node.ShouldBe("b");

        var next = AcquireAsync(request);
        next.IsCompleted.ShouldBeFalse("b is quicker once it is free");
        (await AcquireAsync(Request("two"))).ShouldNotBeNull().Node.ShouldBe("a");
        _directory.Release(quick);
        (await next).ShouldNotBeNull().Node.ShouldBe("b");
    }

    [Fact]
    public async Task Acquire_OnlySlowSlotsSuit_TakesOne()
    {
        _directory.Announce(Node("a", 1));

        (await AcquireAsync(Request("one") with { Slow = ["a/cpu:0"] })).ShouldNotBeNull().Node.ShouldBe("a");
    }

    [Fact]
    public async Task Release_WhatMayAsWellNotBeDoneWaitsLonger_ServesTheOther()
    {
        _directory.Announce(Node("a", 1));
        var held = (await AcquireAsync(Request("one"))).ShouldNotBeNull();
        var spare = AcquireAsync(Request("two") with { IsSpare = true });
        var other = AcquireAsync(Request("one"));

        _directory.Release(held);

        (await other).ShouldNotBeNull();
        spare.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Acquire_AskedAgain_KeepsItsPlace()
    {
        _directory.Announce(Node("a", 1));
        var held = (await AcquireAsync(Request("one"))).ShouldNotBeNull();
        var newer = AcquireAsync(Request("two"));
        var older = AcquireAsync(Request("two") with { Waited = TimeSpan.FromSeconds(3) });
        var oldest = AcquireAsync(Request("two") with { Waited = TimeSpan.FromSeconds(4) });

        _directory.Release(held);
        var grant = (await oldest).ShouldNotBeNull();
        older.IsCompleted.ShouldBeFalse();
        _directory.Release(grant);

        (await older).ShouldNotBeNull();
        newer.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(6, 6)]
    [InlineData(20, 8)]
    public async Task Acquire_NoSlot_WaitsAsLongAsIsAskedUpToEightSeconds(int asked, int waits)
    {
        var request = AcquireAsync(Request("job"), TimeSpan.FromSeconds(asked));

        _time.Advance(TimeSpan.FromSeconds(waits) - TimeSpan.FromMilliseconds(1));
        request.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        (await request).ShouldBeNull();
        _directory.Waiting.ShouldBe(0);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task List_TheMachinesClockIsSet_KnowsWhoIsThereAllTheSame(int hours)
    {
        _directory.Announce(Node("a", 1));

        _time.Set(TimeSpan.FromHours(hours));

        _directory.Explain(Request("job")).ShouldBeNull();
        (await AcquireAsync(Request("job"))).ShouldNotBeNull();
        _time.Advance(4 * Options.AnnounceEvery);
        _directory.Explain(Request("job")).ShouldBe("Of 1 node, 1 silent.");
    }

    private static SlotRequest Request(string job) => new(job, string.Empty, Alone: false);

    private static NodeStatus Node(string id, int slots, params SlotGrant?[] grants) => new()
    {
        Id = id,
        Version = "1",
        StartedAt = DateTimeOffset.UnixEpoch,
        Slots = [.. Enumerable.Range(0, slots)
            .Select(i => new SlotStatus
            {
                Device = $"cpu:{i}",
                DeviceClass = "avx2",
                Host = "avx2",
                Grant = grants.ElementAtOrDefault(i)?.Id,
                Job = grants.ElementAtOrDefault(i) is null ? null : "job"
            })],
    };

    private Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan? wait = null, CancellationToken? token = null) =>
        _directory.AcquireAsync(request, wait ?? Wait, token ?? TestContext.Current.CancellationToken);
}
