namespace Cluster.Grains.Tests.Clusters;

/// <summary>
/// Every method of every grain, called from both silos and from a client: what it is given and what it answers arrive whole.
/// The grain is on one of the silos, so one of them at least calls the other. Nodes are called by silos only, each by the other one.
/// </summary>
public sealed class EveryCallTests : IAsyncLifetime
{
    private static readonly SlotGrant Grant = new("grant", "node", 3, "cuda:1", Alone: true);
    private static readonly Assignment Assigned = new("j-1", "0123456789abcdef", Grant, 4, 2, Carried.Of("job"));
    private static readonly AskedScores Asked = new("predictions", "evaluation", 5);
    private static readonly FailedResult Failure = new(FailureKind.NotFinite, "It is not finite.");

    private static readonly SlotStatus Slot = FakeSlots.Cuda(1) with
    {
        Grant = "grant",
        Job = "j-1",
        Sequence = 4,
        Since = DateTimeOffset.UnixEpoch,
        IsExcluded = true,
        Problem = "It is hot.",
        Alone = true,
        Tenant = "one",
    };

    private static readonly NodeStatus Node = FakeSlots.Node("node", Slot) with
    {
        IsDraining = true,
        Holds = ["model"],
        SeenAt = DateTimeOffset.UnixEpoch,
        IsSuspect = true,
        IsCordoned = true,
        Versions = "1, onnxruntime 1",
        Machine = "machine",
    };

    private static readonly SlotNeeds Needs = new()
    {
        Host = "avx512",
        Target = "libtorch-cuda",
        Device = "Play 9",
        Formats = ["float16"],
        MemoryBytes = 5,
        PrefersOwnDevice = true,
    };

    private static readonly Dictionary<Type, object> Samples = new object[]
    {
        "a text", new[] { "one", "two" }, 7, 8L, true, TimeSpan.FromSeconds(9), DateTimeOffset.UnixEpoch,
        Carried.Of("anything"), Grant, Node,
        new JobReply(JobReplyOutcome.Unavailable, "Later."),
        new PreparationReply(IsOver: true, Carried.Of("refused"), "A disk is full.", IsDiskFull: true),
        new RecordPage(Carried.Of("records"), 12, JobStatus.Running),
        new CandidateReply(
            CandidatePhase.Ended,
            Carried.Of<WorkResult>(Failure),
            "a problem",
            Failure.Kind),
        Assigned, new[] { Assigned },
        new SlotRequest(
            "j-1", "model", Alone: true, "1", ["node"], Needs, ["node/cuda:0"], IsSpare: true, IsSpeculative: true, ["node/cpu:0"],
            TimeSpan.FromSeconds(3), "one", ["other"]),
        Asked, new HeardScores([Asked], 6), new GivenScores([0.5], "a problem"),
    }.Append(new KeyValuePair<Type, object>(typeof(IReadOnlyList<NodeStatus>), new[] { Node }))
        .Append(new KeyValuePair<Type, object>(typeof(CancellationToken), CancellationToken.None))
        .Append(new KeyValuePair<Type, object>(typeof(IReadOnlyDictionary<string, long>), new Dictionary<string, long> { ["model"] = 3 }))
        .Select(sample => sample is KeyValuePair<Type, object> named ? named : new(sample.GetType(), sample))
        .ToDictionary();

    private readonly WorkFolder _folder = new();
    private readonly PlayedAnswers _answers;
    private FileJobStore _store = null!;
    private TestSilos _silos = null!;
    private bool _isNull;

    public EveryCallTests() => _answers = new PlayedAnswers(type => _isNull ? null : SampleOf(type));

    /// <summary>The methods of the product's grains.</summary>
    internal static IReadOnlySet<MethodInfo> Methods { get; } = typeof(Carried).Assembly.GetTypes()
        .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
        .SelectMany(type => type.GetMethods())
        .ToHashSet();

    public async ValueTask InitializeAsync()
    {
        _store = FileJobStore.Open(_folder.Root);
        _silos = await TestSilos.StartAsync(
            _store,
            name => new SyntheticNode(Networks.Easy, 0) { Id = name },
            services => services.AddSingleton<IIncomingGrainCallFilter>(_answers));
    }

    public async ValueTask DisposeAsync()
    {
        await _silos.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Call_EveryMethod_CarriesArgumentsAndAnswers()
    {
        Methods.Count.ShouldBeGreaterThan(25);
        foreach (var (method, target) in await TargetsAsync())
        {
            object[] arguments = [.. method.GetParameters().Select(parameter => SampleOf(parameter.ParameterType))];
            object? answer = await CallAsync(target, method, arguments);

            // Tokens are none of what is carried: SeveralSilosTests cancels one.
            _answers.Given[method].Where(IsCarried).ToArray().ShouldBeEquivalentTo(arguments.Where(IsCarried).ToArray(), Name(method));
            answer.ShouldBeEquivalentTo(AnswerOf(method) is { } type ? SampleOf(type) : null, Name(method));
        }
    }

    [Fact]
    public async Task Call_WithoutAnAnswer_IsNull()
    {
        _isNull = true;
        foreach (var (method, target) in await TargetsAsync())
        {
            if (AnswerOf(method) is { } type && (!type.IsValueType || IsNullable(type)))
            {
                (await CallAsync(target, method, [.. method.GetParameters().Select(parameter => SampleOf(parameter.ParameterType))]))
                    .ShouldBeNull(Name(method));
            }
        }
    }

    [Fact]
    public async Task Call_Failure_HasReasonAndKind()
    {
        _answers.Failure = new GrainProblemException("The disk is full.") { IsDiskFull = true, IsForPeople = true };
        foreach (var caller in _silos.Callers)
        {
            var told = await Should.ThrowAsync<GrainProblemException>(caller.GetGrain<IJobGrain>("j-1").StopAsync);
            (told.Message, told.IsDiskFull, told.IsForPeople).ShouldBe(("The disk is full.", true, true));
        }
    }

    [Fact]
    public void Samples_LeaveNothingOut() => Samples.Values
        .Where(sample => sample is not Array && sample.GetType().Assembly == typeof(Carried).Assembly)
        .SelectMany(sample => sample.GetType().GetProperties(), (sample, property) => (property.Name, Value: property.GetValue(sample)))
        .ShouldAllBe(property => property.Value != null && !property.Value.Equals(false));

    /// <summary>What a method answers, or null for nothing.</summary>
    internal static Type? AnswerOf(MethodInfo method) => method.ReturnType.GetGenericArguments().SingleOrDefault();

    private static object SampleOf(Type type) => Samples[Nullable.GetUnderlyingType(type) ?? type];

    private static bool IsCarried(object? argument) => argument is not CancellationToken;

    private static bool IsNullable(Type type) => Nullable.GetUnderlyingType(type) is not null;

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    // For each caller and method, what is called.
    private async Task<List<(MethodInfo Method, object Target)>> TargetsAsync()
    {
        var key = NodeKey.Of(_silos.Silos[0].GetRequiredService<INodeHost>().Id, "key"); // the candidate grain's names its silo
        var targets = new List<(MethodInfo, object)>();
        foreach (var method in Methods.Where(method => method.DeclaringType != typeof(INodeService)))
        {
            var type = method.DeclaringType!;
            targets.AddRange(_silos.Callers.Select(caller => (method, (object)(type.IsAssignableTo(typeof(IGrainWithStringKey))
                ? caller.GetGrain(type, key)
                : caller.GetGrain(type, 0)))));
        }

        var (one, other) = (_silos.Silos[0], _silos.Silos[1]);
        foreach (var (caller, called) in new[] { (one, other), (other, one) })
        {
            var node = await caller.GetRequiredService<INodeServices>().FindAsync(called.GetRequiredService<INodeHost>().Id);
            targets.AddRange(
                Methods.Where(method => method.DeclaringType == typeof(INodeService)).Select(method => (method, (object)node!)));
        }

        return targets;
    }

    private static async Task<object?> CallAsync(object target, MethodInfo method, object[] arguments)
    {
        PlayedAnswers.Mark();
        var call = (Task)method.Invoke(target, arguments)!;
        await call.WaitAsync(TestContext.Current.CancellationToken);
        return AnswerOf(method) is null ? null : call.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(call);
    }
}
