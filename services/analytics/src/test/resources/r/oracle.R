# Writes oracle.json beside this script: what R answers for the cases of the tests.
# Run: Rscript oracle.R
library(jsonlite)
set.seed(20261122)
# JSON carries 15 digits: data of few digits are the same numbers on both sides.
rnorm <- function(...) round(stats::rnorm(...), 4)
ar1 <- function(n, phi) round(as.numeric(stats::filter(rnorm(n), phi, method = "recursive")), 4)

x5 <- c(44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1) # Hollander & Wolfe, as in ?cor.test
y5 <- c(2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8)
x30 <- rnorm(30); y30 <- round(0.3 * x30 + rnorm(30), 4)
xs <- rnorm(200); ys <- round(5 * xs + rnorm(200, sd = 0.01), 4)
xo <- round(1e9 + rnorm(100), 4); yo <- round(-1e9 + 0.5 * (xo - 1e9) + rnorm(100), 4)
xa <- ar1(400, 0.95); ya <- ar1(400, 0.95)
pairs <- list(published = list(x5, y5), weak = list(x30, y30), strong = list(xs, ys), offset = list(xo, yo), dependent = list(xa, ya))

effective <- function(x, y) {
  n <- length(x); m <- floor(n / 5); j <- 1:m
  rx <- acf(x, lag.max = m, plot = FALSE)$acf[-1]; ry <- acf(y, lag.max = m, plot = FALSE)$acf[-1]
  min(n, 1 / (1 / n + 2 / n * sum((n - j) / n * rx * ry)))
}
correlation <- function(name, alternative, level) {
  x <- pairs[[name]][[1]]; y <- pairs[[name]][[2]]
  t <- cor.test(x, y, alternative = alternative, conf.level = level)
  n <- effective(x, y); df <- n - 2; te <- unname(t$estimate) * sqrt(df / (1 - unname(t$estimate)^2))
  list(name = name, alternative = alternative, level = level, r = unname(t$estimate), t = unname(t$statistic),
       df = unname(t$parameter), p = t$p.value, low = t$conf.int[1], high = t$conf.int[2], n_effective = n,
       p_effective = if (alternative == "two.sided") 2 * pt(-abs(te), df) else pt(te, df, lower.tail = alternative == "less"))
}
correlations <- list()
for (name in names(pairs)) for (a in c("two.sided", "less", "greater")) for (l in c(0.95, 0.99))
  correlations[[length(correlations) + 1]] <- correlation(name, a, l)

describe <- function(name, x) {
  m <- mean(x); d <- x - m
  list(name = name, x = x, mean = m, sd = sd(x), variance = var(x), min = min(x), max = max(x),
       p = c(0, 0.05, 0.1, 1 / 3, 0.5, 0.9, 0.95, 1), q = unname(quantile(x, c(0, 0.05, 0.1, 1 / 3, 0.5, 0.9, 0.95, 1), type = 7)),
       mad = mad(x), iqr = IQR(x), skewness = mean(d^3) / mean(d^2)^1.5, kurtosis = mean(d^4) / mean(d^2)^2)
}
descriptions <- list(describe("islands", as.numeric(islands)), describe("rivers", as.numeric(rivers)),
                     describe("precip", as.numeric(precip)), describe("even", c(4, 8, 15, 16, 23, 42)), describe("normal", rnorm(1001)))

trend <- function(name, t, y, level) {
  m <- lm(y ~ t); s <- summary(m); i <- lm(y ~ seq_along(y))
  w <- 7; roll <- as.numeric(stats::filter(y, rep(1 / w, w), sides = 1))[w:length(y)]
  rsd <- sapply(w:length(y), function(k) sd(y[(k - w + 1):k]))
  list(name = name, t = t, y = y, level = level, slope = unname(coef(m)[2]), intercept = unname(coef(m)[1]), se = s$coefficients[2, 2],
       statistic = s$coefficients[2, 3], p = s$coefficients[2, 4], r_squared = s$r.squared,
       low = confint(m, level = level)[2, 1], high = confint(m, level = level)[2, 2], per_sample = unname(coef(i)[2]),
       window = w, roll = roll, roll_sd = rsd)
}
ti <- cumsum(round(runif(80, 0.5, 2), 3)); ti <- round(ti - ti[1], 3)
trends <- list(trend("nile", 0:99, as.numeric(Nile), 0.95), trend("irregular", ti, round(60 + 0.01 * ti + rnorm(80), 4), 0.9),
               trend("steep", 0:49, round(1e6 + 3 * (0:49) + rnorm(50, sd = 0.01), 4), 0.99))

ts <- expand.grid(t = c(0, 1e-3, 0.5, 1, 2, 5, 12, 40, 150, 2e4), df = c(1, 2, 3, 7.5, 30, 41, 100, 1234, 1e5))
tails <- lapply(seq_len(nrow(ts)), function(i) list(t = ts$t[i], df = ts$df[i], p = 2 * pt(-ts$t[i], ts$df[i])))
qs <- expand.grid(level = c(0.5, 0.8, 0.95, 0.99, 0.9999), df = c(1, 2, 5, 28, 998, 1e6))
quantiles <- lapply(seq_len(nrow(qs)), function(i) list(level = qs$level[i], df = qs$df[i],
  two = qt((1 + qs$level[i]) / 2, qs$df[i]), one = qt(qs$level[i], qs$df[i])))
normals <- lapply(c(1e-300, 1e-10, 0.001, 0.025, 0.3, 0.5, 0.6, 0.975, 0.9995, 1 - 1e-12), function(p) list(p = p, z = qnorm(p)))

p <- c(0.01, 0.04, 0.03, 0.005, 0.8, 0.2)
adjust <- lapply(c("none", "bonferroni", "holm", "BH"), function(m) list(method = m, p = p, adjusted = p.adjust(p, m)))

smooth <- lapply(list(nile = as.numeric(Nile), lake = as.numeric(LakeHuron), wander = round(cumsum(rnorm(150)), 4)), function(x) {
  h <- HoltWinters(ts(x), beta = FALSE, gamma = FALSE)
  best <- optimize(function(a) HoltWinters(ts(x), alpha = a, beta = FALSE, gamma = FALSE)$SSE, c(0, 1), tol = 1e-10)
  list(x = x, alpha = best$minimum, sse = best$objective,
       level = unname(HoltWinters(ts(x), alpha = best$minimum, beta = FALSE, gamma = FALSE)$coefficients["a"]))
})
autocorrelation <- list(x = xa, acf = acf(xa, lag.max = 80, plot = FALSE)$acf[, 1, 1])

write_json(list(r = R.version.string, pairs = lapply(pairs, setNames, c("x", "y")), correlations = correlations, descriptions = descriptions, trends = trends, tails = tails,
                quantiles = quantiles, normals = normals, adjust = adjust, smooth = smooth, autocorrelation = autocorrelation),
           "oracle.json", auto_unbox = TRUE, digits = I(17))
