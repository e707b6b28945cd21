using Cluster.Mutations;

// The child of MutationRun: KIND SEED FROM COUNT FOLDER.
MutationChild.Run(
    MutationKind.Of(args[0]),
    long.Parse(args[1], CultureInfo.InvariantCulture),
    int.Parse(args[2], CultureInfo.InvariantCulture),
    int.Parse(args[3], CultureInfo.InvariantCulture),
    args[4],
    Console.Out);
