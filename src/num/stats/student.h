/*
 * student.h: tail areas and quantiles of Student's t and of F, for the tables of inference.
 *
 * Relative error at most 1e-12, mostly below 1e-14, for degrees of freedom from 0.5 on (F: to 1e9
 * where both are large) and for areas down to 1e-300; smaller ones underflow gradually.  Degrees of
 * freedom may be fractional (ridge) and infinite (the normal and chi-squared limits).  A NaN
 * argument, degrees of freedom
 * <= 0 and p outside [0, 1] give NaN.
 */
#ifndef L2N_STUDENT_H
#define L2N_STUDENT_H

/* Two-sided p-value, P(|T| > |t|) */
double l2n_t_pvalue(double t, double df);

/* The t with P(T < t) = p; infinite at p = 0 and 1, and where it does not fit a double */
double l2n_t_quantile(double p, double df);

/* Upper tail, P(F > f) */
double l2n_f_pvalue(double f, double df1, double df2);

#endif
